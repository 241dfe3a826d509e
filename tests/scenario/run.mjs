// Carries out a scenario through the Node package: node run.mjs scenario.json DATA_DIR OUT_DIR. See README.md.
// CONTEXTPACK_PACKAGE names the package's folder.
import { createWriteStream, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';

const { Engine, ContextPackError, countTokens, encodeTokens, constants } = await import(
    pathToFileURL(join(process.env.CONTEXTPACK_PACKAGE, 'index.mjs'))
);
const [, , scenarioPath, data, out] = process.argv;
const files = join(out, 'files');
const labels = new Map();

const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const pick = (object, names) => Object.fromEntries(names.map((name) => [name, object[camel(name)]]));
const USER = ['email', 'full_name', 'avatar_url', 'payment_plan', 'credits_balance', 'chunks_analyzed'];
const PACK = ['name', 'description', 'custom_system_prompt', 'total_sources', 'total_tokens'];
const SOURCE = ['name', 'type', 'status', 'progress', 'error_message', 'file_name', 'file_size', 'format', 'sha256',
    'message_count', 'conversation_count', 'known_messages', 'text_tokens', 'total_chunks', 'processed_chunks',
    'input_tokens', 'output_tokens'];
const QUOTE = ['can_proceed', 'is_unlimited', 'sources', 'unknown_sources', 'chunks_total', 'chunks_done', 'chunks_left',
    'credits_needed', 'balance', 'held', 'held_here', 'chunks_covered', 'currency'];
const EXPORT = ['type', 'status', 'error_message', 'token_count', 'file_size'];
const REPORT = ['format', 'conversations', 'messages', 'skipped', 'damaged', 'missing_files'];

class Scenario {
    id(step, key) {
        return labels.get(step[key]) ?? step[key];
    }

    input(step) {
        const what = step.path === undefined ? { text: step.text } : { path: join(data, step.path) };
        return { ...what, name: step.name };
    }

    // Cancels as soon as progress reports the step's stage, and counts the notes.
    watched(step) {
        const controller = new AbortController();
        this.notes = 0;
        return {
            signal: controller.signal,
            onProgress: ({ stage }) => stage === step.cancel_at && controller.abort(),
            onNote: () => this.notes++,
        };
    }

    kept(step, snapshot, fields, more) {
        if (step.as !== undefined) {
            labels.set(step.as, snapshot.id);
        }
        return { ...pick(snapshot, fields), ...more };
    }

    report(report) {
        return { ...pick(report, REPORT), source_type: constants[`CPK_SOURCE_${report.type.toUpperCase()}`] };
    }

    count_tokens(step) {
        return { count: countTokens(step.text, { encoding: step.encoding }) };
    }

    encode_tokens(step) {
        return { ids: [...encodeTokens(step.text, { encoding: step.encoding })] };
    }

    async setting(step) {
        return { value: await this.engine.setting(step.name) };
    }

    async extract(step) {
        const roles = {};
        let bytes = 0;
        const onMessage = ({ role, text }) => {
            roles[role] = (roles[role] ?? 0) + 1;
            bytes += Buffer.byteLength(text);
        };
        const report = await this.engine.extract(this.input(step), { ...this.watched(step), onMessage });
        return { ...this.report(report), roles, notes: this.notes, text_bytes: bytes };
    }

    async extract_text(step) {
        const { report, text } = await this.engine.extractText(this.input(step), this.watched(step));
        writeFileSync(join(files, step.to), text);
        return this.report(report);
    }

    async chunk(step) {
        const options = { maxTokens: step.max_tokens, overlapTokens: step.overlap_tokens };
        const { chunks } = await this.engine.chunk(this.input(step), options);
        return { chunks: chunks.map(({ offset, length, tokens }) => [offset, length, tokens]) };
    }

    async create_user(step) {
        const params = { email: step.email, fullName: step.full_name, plan: step.plan };
        return this.kept(step, await this.service.users.create(params), USER);
    }

    async find_user(step) {
        return this.kept(step, await this.service.users.find(step.email), USER);
    }

    async get_user(step) {
        return this.kept(step, await this.service.users.get(this.id(step, 'user')), USER);
    }

    async update_user(step) {
        const changes = { fullName: step.full_name, avatarUrl: step.avatar_url };
        return this.kept(step, await this.me.users.update(this.id(step, 'user'), changes), USER);
    }

    async open_session(step) {
        const opened = await this.engine.openUser(this.id(step, 'user'));
        await this.me?.close();
        this.me = opened;
        return {};
    }

    async credits() {
        return { ...(await this.me.credits.balance()) };
    }

    texts(step) {
        return { name: step.name, description: step.description, customSystemPrompt: step.custom_system_prompt };
    }

    async create_pack(step) {
        return this.kept(step, await this.me.packs.create(this.texts(step)), PACK);
    }

    async ensure_pack(step) {
        const { pack, created } = await this.me.packs.ensure(this.texts(step));
        return this.kept(step, pack, PACK, { created });
    }

    async get_pack(step) {
        return this.kept(step, await this.me.packs.get(this.id(step, 'pack')), PACK);
    }

    async find_pack(step) {
        return this.kept(step, await this.me.packs.find(step.name), PACK);
    }

    async update_pack(step) {
        return this.kept(step, await this.me.packs.update(this.id(step, 'pack'), this.texts(step)), PACK);
    }

    async pack_progress(step) {
        const progress = await this.me.packs.progress(this.id(step, 'pack'));
        return pick(progress, ['sources', 'completed_sources', 'failed_sources', 'analysis_tokens']);
    }

    source(step, source, more) {
        return this.kept(step, source, SOURCE, { cost_micros: Number(source.costMicros), ...more });
    }

    async add_source(step) {
        const pack = this.id(step, 'pack');
        const { source, added } = await this.me.sources.add(pack, this.input(step), this.watched(step));
        return this.source(step, source, { added });
    }

    async run_source(step) {
        const options = { until: step.until, partial: step.partial, maxChunks: step.max_chunks, ...this.watched(step) };
        return this.source(step, await this.me.sources.run(this.id(step, 'source'), options));
    }

    quote(quote) {
        return { ...pick(quote, QUOTE), price_micros: Number(quote.priceMicros), cost_micros: Number(quote.costMicros) };
    }

    async quote_source(step) {
        return this.quote(await this.me.sources.quote(this.id(step, 'source')));
    }

    async quote_pack(step) {
        return this.quote(await this.me.packs.quote(this.id(step, 'pack')));
    }

    async get_source(step) {
        return this.source(step, await this.me.sources.get(this.id(step, 'source')));
    }

    async write(step, stream) {
        const path = join(files, step.to);
        await pipeline(stream, createWriteStream(path));
        return { bytes: statSync(path).size };
    }

    read_source(step) {
        return this.write(step, this.me.sources.stream(this.id(step, 'source'), { part: step.part }));
    }

    async create_export(step) {
        const made = await this.me.exports.create(this.id(step, 'pack'), step.type, this.watched(step));
        return this.kept(step, made.export, EXPORT, { made: made.made });
    }

    async get_export(step) {
        return this.kept(step, await this.me.exports.get(this.id(step, 'export')), EXPORT);
    }

    read_export(step) {
        return this.write(step, this.me.exports.stream(this.id(step, 'export'), { format: step.format }));
    }

    async pages(list, limit) {
        const items = [];
        let pages = 0;
        let after = null;
        do {
            const page = await list({ limit, after });
            items.push(...page.items);
            after = page.next;
            pages++;
        } while (after !== null);
        return { items, pages };
    }

    async list_packs(step) {
        const { items, pages } = await this.pages((page) => this.me.packs.list(page), step.limit);
        return { names: items.map(({ name }) => name), pages };
    }

    async list_sources(step) {
        const pack = this.id(step, 'pack');
        const { items, pages } = await this.pages((page) => this.me.sources.list(pack, page), step.limit);
        return { names: items.map(({ name }) => name), pages };
    }

    async list_exports(step) {
        const pack = this.id(step, 'pack');
        const { items, pages } = await this.pages((page) => this.me.exports.list(pack, page), step.limit);
        return { types: items.map(({ type }) => type), pages };
    }

    async list_transactions() {
        const entries = [];
        for await (const { type, credits } of this.me.transactions) {
            entries.push(`${type} ${credits}`);
        }
        return { entries: entries.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))) };
    }

    async delete_pack(step) {
        await this.me.packs.delete(this.id(step, 'pack'));
        return {};
    }

    async delete_source(step) {
        await this.me.sources.delete(this.id(step, 'source'));
        return {};
    }

    async delete_export(step) {
        await this.me.exports.delete(this.id(step, 'export'));
        return {};
    }

    async check() {
        return { failures: (await this.engine.check()).failures };
    }
}

const { settings, steps } = JSON.parse(readFileSync(scenarioPath, 'utf8'));
const scenario = new Scenario();
mkdirSync(files, { recursive: true });
scenario.engine = await Engine.open({
    database: `sqlite:${join(out, 'packs.db')}`,
    storage: process.env.CONTEXTPACK_TEST_STORAGE ?? `file:${join(out, 'blobs')}`,
    settings,
});
scenario.service = await scenario.engine.openService();
const lines = [];
for (const [step, given] of steps.entries()) {
    const line = { step, do: given.do };
    try {
        line.result = await scenario[given.do](given);
    } catch (error) {
        if (!(error instanceof ContextPackError)) {
            throw error;
        }
        const { codeName: code, domain, native, retryable } = error;
        line.error = { code, domain, native, retryable };
    }
    lines.push(`${JSON.stringify(line)}\n`);
}
writeFileSync(join(out, 'transcript.jsonl'), lines.join(''));
await scenario.me?.close();
await scenario.service.close();
await scenario.engine.close();
