// graphile-worker's turn: runs JOBS jobs that do nothing, CONCURRENCY at the same time, fetched and ended BATCH at a time.
//
// Usage: node graphile.mjs PACKAGES DATABASE CONCURRENCY BATCH JOBS      prints jobs per second
import { createRequire } from 'node:module';
import { EventEmitter } from 'node:events';
import path from 'node:path';

const [packages, connectionString, concurrency, batch, jobs] = process.argv.slice(2);
const { Logger, makeWorkerUtils, run } = createRequire(path.resolve(packages, 'package.json'))('graphile-worker');
const logger = new Logger(() => () => {});
const wanted = Number(jobs);

const utils = await makeWorkerUtils({ connectionString, logger });
await utils.migrate();
await utils.withPgClient(async (client) => {
  await client.query('TRUNCATE graphile_worker._private_jobs');
  await client.query(`SELECT count(*) FROM graphile_worker.add_jobs((SELECT array_agg(('nothing', json_build_object('id', n), NULL,
    NULL, NULL, NULL, NULL, NULL)::graphile_worker.job_spec) FROM generate_series(1, $1::int) n))`, [wanted]);
  await client.query('VACUUM ANALYZE graphile_worker._private_jobs');
});
await utils.release();

const events = new EventEmitter();
let started = 0n;
let done = 0;
const all = new Promise((resolve) => {
  events.on('job:complete', () => {
    done += 1;
    if (done === wanted) resolve(process.hrtime.bigint());
  });
});
const runner = await run({
  events,
  taskList: {
    nothing: () => {
      started ||= process.hrtime.bigint();
    },
  },
  preset: {
    worker: {
      connectionString,
      concurrentJobs: Number(concurrency),
      maxPoolSize: Number(concurrency) + 4,
      logger,
      ...(Number(batch) > 1 ? { localQueue: { size: Number(batch) }, completeJobBatchDelay: 0 } : {}),
    },
  },
  noHandleSignals: true,
});
console.log((wanted / (Number((await all) - started) / 1e9)).toFixed(1));
await runner.stop();
