// `npx tsx scripts/fuzz-dns.ts [count] [seed]`: reads malformed DNS messages, 200,000 unless told otherwise, and says what became
// of them, how long the slowest took and how much memory was left over. It fails if one throws, or takes longer than a second.
import { decodeCutMessage, decodeMessage } from '../src/providers/namespaces/dns/message.js';
import { verifyAnswer } from '../src/providers/namespaces/dns/tsig.js';
import { costly, malformed } from '../test/name-spaces/malformed.js';

const count = Number(process.argv[2] ?? 200_000);
const seed = Number(process.argv[3] ?? Date.now());
const key = { name: 'web._http._tcp.fleet.test', algorithm: 'hmac-sha256', secret: new Uint8Array(32) };
const LONGEST = 1000;

let read = 0;
let slowest = 0;
function take(bytes: Uint8Array): void {
  const start = performance.now();
  decodeCutMessage(bytes);
  const message = decodeMessage(bytes);
  if (message !== null) {
    read++;
    verifyAnswer(bytes, message, key, new Uint8Array(32), 0);
  }
  slowest = Math.max(slowest, performance.now() - start);
}

console.log(`seed ${seed}`);
take(costly());
const before = process.memoryUsage().heapUsed;
for (const bytes of malformed(count, seed)) {
  try {
    take(bytes);
  } catch (error) {
    console.error(`threw for ${Buffer.from(bytes).toString('hex')}`);
    throw error;
  }
}
const grown = (process.memoryUsage().heapUsed - before) / 2 ** 20;
console.log(`${count} messages, ${read} read, ${count - read} refused; slowest ${slowest.toFixed(1)} ms; heap ${grown.toFixed(1)} MiB more`);
if (slowest > LONGEST) process.exitCode = 1;
