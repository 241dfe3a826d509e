// Links as inputs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import test from 'node:test';
import { data, failure, open } from './support.mjs';

async function serve(t) {
    const requests = [];
    const server = createServer((request, response) => {
        requests.push(request.url);
        if (!request.url.startsWith('/tomatoes')) {
            response.writeHead(404).end('none');
            return;
        }
        response.writeHead(200, { 'content-type': 'text/html' }).end(readFileSync(join(data, 'html/article.html')));
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => new Promise((resolve) => server.close(resolve)));
    return { requests, address: `http://127.0.0.1:${server.address().port}` };
}

test('a page is a source', async (t) => {
    const { address } = await serve(t);
    const { me } = await open(t, { settings: { 'net.allow_addresses': '127.0.0.1' } });
    const pack = await me.packs.create();
    const { source } = await me.sources.add(pack.id, new URL(`${address}/tomatoes?secret=1`));
    assert.equal(source.type, 'url');
    assert.equal(source.name, `${address.slice(7)}/tomatoes`);
    const again = await me.sources.add(pack.id, { url: `${address}/tomatoes` });
    assert.equal(again.source.id, source.id);
    const error = await failure(me.sources.add(pack.id, { url: `${address}/none` }));
    assert.equal(error.codeName, 'CPK_ERROR_NOT_FOUND');
    assert.equal(error.native, 'deleted');
});

test('loopback needs a setting', async (t) => {
    const { requests, address } = await serve(t);
    const { me } = await open(t);
    const pack = await me.packs.create();
    const error = await failure(me.sources.add(pack.id, { url: `${address}/tomatoes` }));
    assert.equal(error.codeName, 'CPK_ERROR_PERMISSION_DENIED');
    assert.deepEqual(requests, []);
});
