// Node has an OpenSSL of its own inside. TLS calls that the library makes in Node are served by the one that the library
// was linked with: shown by the calls themselves, and by what the dynamic linker bound in a process that makes them.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createServer as createHttpsServer } from 'node:https';
import { createPrivateKey, createSign } from 'node:crypto';
import { createServer } from 'node:net';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { TLSSocket, createSecureContext } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { contextpack, failure, packageFolder, scratch } from './support.mjs';

const { Engine } = contextpack;
const isChild = process.argv[2] === 'child';

function makeCertificate(folder) {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    execFileSync('openssl', [
        'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert, '-days', '2',
        '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
    ], { stdio: 'ignore', env: { ...process.env, LD_DEBUG: '' } });
    return { key: readFileSync(key), cert: readFileSync(cert), certPath: cert };
}

const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function signToken(key) {
    const claims = {
        sub: '00000000-0000-4000-8000-00000000000c', role: 'authenticated', aud: 'authenticated', email: 'tls@example.com',
        exp: Math.floor(Date.now() / 1000) + 600,
    };
    const body = `${encode({ alg: 'ES256', kid: 'k', typ: 'JWT' })}.${encode(claims)}`;
    return `${body}.${createSign('sha256').update(body).sign({ key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

// libcurl: the keys of tokens are fetched over https.
async function callOverHttps({ key, cert, certPath }) {
    const { kty, crv, x, y } = createPrivateKey(key).export({ format: 'jwk' });
    let protocol = null;
    const server = createHttpsServer({ key, cert }, (request, response) => {
        protocol = request.socket.getProtocol();
        response.end(JSON.stringify({ keys: [{ kty, crv, x, y, kid: 'k', alg: 'ES256', use: 'sig' }] }));
    });
    const port = await listen(server);
    const engine = await Engine.open({
        database: 'sqlite::memory:',
        settings: { 'auth.jwks_url': `https://localhost:${port}/keys`, 'net.ca_file': certPath },
    });
    const session = await engine.openToken(signToken(key));
    assert.equal((await session.users.get()).email, 'tls@example.com');
    await session.close();
    await engine.close();
    server.close();
    return protocol;
}

// libpq: a server that speaks just enough of PostgreSQL to say no, over TLS.
async function callPostgres({ key, cert }) {
    let protocol = null;
    const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', (request) => {
            assert.equal(request.readInt32BE(4), 80877103); // SSLRequest
            socket.write('S');
            const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext({ key, cert }) });
            secure.on('error', () => {});
            secure.once('data', () => {
                protocol = secure.getProtocol();
                const fields = Buffer.from('SFATAL\0VFATAL\0C28000\0Mnobody may come in here\0\0');
                const head = Buffer.alloc(5);
                head.write('E');
                head.writeInt32BE(fields.length + 4, 1);
                secure.end(Buffer.concat([head, fields]));
            });
        });
    });
    const port = await listen(server);
    const error = await failure(Engine.open({ database: `postgresql://someone@127.0.0.1:${port}/x?sslmode=require&connect_timeout=5` }));
    server.close();
    assert.match(error.message, /nobody may come in here/);
    return protocol;
}

async function makeCalls(t) {
    const certificate = makeCertificate(scratch(t));
    assert.match(await callOverHttps(certificate), /^TLSv1\.[23]$/);
    assert.match(await callPostgres(certificate), /^TLSv1\.[23]$/);
}

test('TLS calls through libcurl and libpq', makeCalls);

test('no other OpenSSL than the library\'s own serves them', { skip: isChild || process.platform !== 'linux' }, (t) => {
    const folder = scratch(t);
    const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), 'child'], {
        encoding: 'utf8',
        env: { ...process.env, LD_DEBUG: 'bindings', LD_DEBUG_OUTPUT: join(folder, 'bindings') },
    });
    assert.equal(child.status, 0, child.stdout + child.stderr);
    const line = /binding file (\S+) \[\d+\] to (\S+) \[\d+\]: normal symbol `((?:SSL|TLS|EVP|X509|BIO|ERR|OPENSSL|RAND|PEM)_\w+)'/g;
    const asked = new Map(); // who asks -> who serves
    let count = 0;
    for (const name of readdirSync(folder).filter((item) => item.startsWith('bindings'))) {
        for (const [, from, to] of readFileSync(join(folder, name), 'utf8').matchAll(line)) {
            if (/libcontextpack|libcurl|libpq|libssl/.test(from)) {
                asked.set(from, (asked.get(from) ?? new Set()).add(to));
                count++;
            }
        }
    }
    for (const [from, servers] of asked) {
        t.diagnostic(`${from} is served by ${[...servers].join(', ')}`);
        for (const server of servers) {
            assert.match(server, /\/lib(ssl|crypto)[^/]*\.so[^/]*$/, `${from} is served by ${server}`);
        }
    }
    assert.ok(count > 50 && [...asked.keys()].some((from) => /libcurl/.test(from)) && [...asked.keys()].some((from) => /libpq/.test(from)));
});

test('the library sees its own OpenSSL', async () => {
    const { createRequire } = await import('node:module');
    const addon = createRequire(import.meta.url)(join(packageFolder, 'lib/load.js'));
    for (const symbol of ['SHA256', 'EVP_DigestInit_ex']) {
        assert.match(addon.origin(symbol), /lib(ssl|crypto)/);
    }
    assert.equal(addon.origin('no_such_symbol'), null);
    assert.match(addon.libraryPath, /libcontextpack/);
});
