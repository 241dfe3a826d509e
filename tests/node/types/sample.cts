// The same from CommonJS.
import contextpack = require('contextpack');
import { Engine } from 'contextpack';

export async function main(): Promise<number> {
    const engine: contextpack.Engine = await Engine.open();
    const report = await engine.extract({ text: 'hello' }, { onMessage: ({ role }) => console.log(role) });
    await engine.close();
    return report.messages;
}
