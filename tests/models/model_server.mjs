// Chat completions of a GGUF model by node-llama-cpp: one request at a time, as events or whole, JSON by grammar.
// Usage: node model_server.mjs FOLDER MODEL PORT      FOLDER/node_modules has node-llama-cpp
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, modelPath, port] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
const { getLlama, LlamaChatSession } = await import(pathToFileURL(require.resolve('node-llama-cpp')));
const CONTEXT_TOKENS = 4096;
const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error', progressLogs: false });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({ contextSize: CONTEXT_TOKENS, threads: 1 });
let last = Promise.resolve(); // the request before

function fail(response, status, code, message) {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', code } }));
}

async function grammarOf({ response_format: format }) {
    if (format?.type === 'json_schema') {
        return llama.createGrammarForJsonSchema(format.json_schema.schema);
    }
    return format?.type === 'json_object' ? llama.getGrammarFor('json') : undefined;
}

const chunk = (delta, reason = null) => ({
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: reason }],
});

async function answer(asked, response) {
    const system = asked.messages.find(({ role }) => role === 'system')?.content ?? '';
    const text = asked.messages.find(({ role }) => role === 'user').content;
    const needed = model.tokenize(system + text).length + 100;
    if (needed > CONTEXT_TOKENS) {
        fail(response, 400, 'context_length_exceeded', `${needed} tokens exceed the context of ${CONTEXT_TOKENS}`);
        return;
    }
    let grammar;
    try {
        grammar = await grammarOf(asked);
    } catch (error) {
        fail(response, 400, null, `response_format: ${error.message}`);
        return;
    }
    const sequence = context.getSequence();
    const session = new LlamaChatSession({ contextSequence: sequence, systemPrompt: system });
    const send = (data) => response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
    const control = new AbortController();
    response.on('close', () => control.abort());
    if (asked.stream) {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
    }
    try {
        const { responseText, stopReason } = await session.promptWithMeta(text, {
            grammar,
            maxTokens: Math.min(asked.max_tokens ?? Infinity, CONTEXT_TOKENS - needed),
            temperature: asked.temperature ?? 0,
            seed: asked.seed,
            signal: control.signal,
            stopOnAbortSignal: true,
            onTextChunk: asked.stream ? (content) => send(chunk({ content })) : undefined,
        });
        const reason = stopReason === 'maxTokens' ? 'length' : 'stop';
        const usage = {
            prompt_tokens: sequence.tokenMeter.usedInputTokens,
            completion_tokens: sequence.tokenMeter.usedOutputTokens,
        };
        if (asked.stream) {
            send(chunk({}, reason));
            if (asked.stream_options?.include_usage) {
                send({ choices: [], usage });
            }
            send('[DONE]');
            response.end();
        } else {
            response.writeHead(200, { 'content-type': 'application/json' });
            response.end(JSON.stringify({
                choices: [{ index: 0, message: { role: 'assistant', content: responseText }, finish_reason: reason }],
                usage,
            }));
        }
    } finally {
        session.dispose();
        sequence.dispose();
    }
}

const server = createServer(async (request, response) => {
    let body = '';
    for await (const data of request.setEncoding('utf8')) {
        body += data;
    }
    if (request.method !== 'POST') {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end('{"object": "list", "data": []}');
        return;
    }
    last = last.then(() => answer(JSON.parse(body), response)).catch((error) => response.destroy(error));
});
server.listen(Number(port), '127.0.0.1');
