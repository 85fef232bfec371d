import { bodiesOf } from './bodies.ts';
import { eventTextOf, functions } from './functions.ts';

/**
 * An environment of Lambda: `function-process.ts FUNCTION BROKERS TREE`. For each message `{"events", "invocations"}` it invokes
 * the function so often, one after the other, as the runtime does: parses the event, awaits the handler, writes its answer as text.
 * Answers with the times in milliseconds.
 */
const [name = '', brokers = '', tree = ''] = process.argv.slice(2);
const handler = await functions[name]?.(brokers.split(','), new URL(tree));
if (handler === undefined) throw new Error(`there is no function "${name}"`);
const texts = new Map<number, string[]>();

async function invoke(events: number, invocations: number): Promise<number[]> {
  const ofSize = texts.get(events) ?? bodiesOf(events).map(eventTextOf);
  texts.set(events, ofSize);
  const times: number[] = [];
  for (let nth = 0; nth < invocations; nth += 1) {
    const text = ofSize[nth % ofSize.length] ?? '';
    const start = performance.now();
    const answer = JSON.stringify(await handler?.(JSON.parse(text)));
    times.push(performance.now() - start);
    if (!answer.includes(`accepted\\":${events}`)) throw new Error(`${name} did not accept: ${answer}`);
  }
  return times;
}

process.on('message', ({ events, invocations }: { events: number; invocations: number }) => {
  void invoke(events, invocations).then((times) => process.send?.(times));
});
// Invocations are all that it lives for.
process.channel?.ref();
process.on('SIGTERM', () => process.exit(0));
process.send?.('ready');
