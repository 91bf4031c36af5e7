// A node seen through a bad line: a TCP port that hands HTTP requests on to a node, or does something else to them.
//
//     const line = await Line.open(29601, 'http://127.0.0.1:29546');
//     line.mode = 'drop';      ok | drop | hang | slow | busy (429) | late (408) | forbidden (403) | garbage | refuses | mixed
//                              truncated (half an answer) | wrong (values of another kind) | stale (the head of a while ago)
//                              | proofs (eth_getProof with other values, every other time a broken node) | batches (refused) | pruned (no states)
//                              | forgets (no states but of the last line.states_kept blocks)
//     line.requests, line.calls   counted since the last line.reset()
import http from 'node:http';

const ANSWERS = {
  busy: (response) => response.writeHead(429).end('slow down'),
  late: (response) => response.writeHead(408).end(),
  forbidden: (response) => response.writeHead(403).end('no'),
  garbage: (response) => response.writeHead(200).end('{"jsonrpc":"2.0","id":1,"result":{"number":"0xzz","hash":[]}}'),
  refuses: (response) =>
    response.writeHead(200).end('{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"the method does not exist"}}'),
};
const MIXED = ['ok', 'drop', 'busy', 'garbage', 'ok', 'forbidden', 'refuses', 'ok'];

// What these modes make of a call and its answer.
const CHANGES = {
  wrong: (call, answer) => ({ ...answer, result: Array.isArray(answer.result) ? 'none' : [answer.result] }),
  stale(call, answer, line) {
    if (call.method === 'eth_blockNumber') {
      line.froze ??= Number(answer.result) - 12;
      return { ...answer, result: `0x${Math.max(line.froze, 0).toString(16)}` };
    }
    const asked = Number(call.params?.[0]);
    return call.method === 'eth_getBlockByNumber' && asked > line.froze ? { ...answer, result: null } : answer;
  },
  // A node that keeps the states of its last blocks alone.
  async forgets(call, answer, line) {
    if (call.method !== 'eth_getProof') return answer;
    const head = Number(await line.head());
    const asked = /^0x/.test(call.params[2]) ? Number(call.params[2]) : head;
    line.proved++;
    if (head - asked < line.states_kept) return answer;
    line.refused++;
    return CHANGES.pruned(call, answer);
  },
  pruned(call, answer) {
    const error = { code: -32000, message: 'missing trie node 00 (path ) state is not available' };
    return call.method === 'eth_getProof' ? { jsonrpc: '2.0', id: answer.id, error } : answer;
  },
  proofs(call, answer, line) {
    if (call.method !== 'eth_getProof' || !answer.result) return answer;
    line.proofs++;
    const result = structuredClone(answer.result);
    for (const slot of result.storageProof) slot.value = '0x1234';
    result.balance = '0x1';
    const nodes = result.storageProof[0]?.proof.length ? result.storageProof[0].proof : result.accountProof;
    if (line.proofs % 2) nodes[nodes.length - 1] = nodes.at(-1).replace(/.$/, (digit) => (digit === '0' ? '1' : '0'));
    return { ...answer, result };
  },
};

export class Line {
  static open(port, target) {
    const line = new Line();
    line.target = new URL(target);
    line.mode = 'ok';
    line.froze = undefined;
    line.turn = 0;
    line.proofs = line.proved = line.refused = 0;
    line.states_kept = 0;
    line.reset();
    line.agent = new http.Agent({ keepAlive: true });
    line.server = http.createServer((request, response) => line.serve(request, response));
    return new Promise((resolve) => line.server.listen(port, '127.0.0.1', () => resolve(line)));
  }

  reset() {
    this.requests = 0;
    this.calls = 0;
    this.since = Date.now();
  }

  rate() {
    return ((1000 * this.requests) / (Date.now() - this.since)).toFixed(1);
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
    this.agent.destroy();
  }

  serve(request, response) {
    const parts = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      this.requests++;
      this.calls += body.toString().split('"method"').length - 1;
      this.answer(this.mode === 'mixed' ? MIXED[this.turn++ % MIXED.length] : this.mode, request, response, body);
    });
  }

  answer(mode, request, response, body) {
    if (mode === 'drop') request.socket.destroy();
    else if (mode === 'hang') return;
    else if (mode === 'slow') setTimeout(() => this.forward(response, body), 700);
    else if (mode in ANSWERS) ANSWERS[mode](response);
    else if (mode === 'batches' && body[0] === 0x5b) response.writeHead(400).end('no batches');
    else if (mode === 'truncated') this.fetch(response, body, (text) => text.slice(0, text.length / 2));
    else if (mode in CHANGES) this.fetch(response, body, (text) => this.change(mode, body, text));
    else this.forward(response, body);
  }

  async change(mode, body, text) {
    const [calls, answers] = [JSON.parse(body), JSON.parse(text)];
    const changed = [];
    for (const answer of [answers].flat()) {
      const call = [calls].flat().find((one) => one.id === answer.id);
      changed.push(call ? await CHANGES[mode](call, answer, this) : answer);
    }
    return JSON.stringify(Array.isArray(answers) ? changed : changed[0]);
  }

  // The node's own head.
  async head() {
    const call = { jsonrpc: '2.0', id: 1, method: 'eth_blockNumber', params: [] };
    const answer = await fetch(this.target, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(call) });
    return (await answer.json()).result;
  }

  // The whole answer, changed.
  fetch(response, body, change) {
    this.ask(response, body, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', async () => {
        try {
          const text = await change(Buffer.concat(parts).toString());
          response.writeHead(answer.statusCode).end(text);
        } catch {
          response.destroy();
        }
      });
    });
  }

  forward(response, body) {
    this.ask(response, body, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
  }

  ask(response, body, take) {
    const options = {
      host: this.target.hostname,
      port: this.target.port,
      method: 'POST',
      agent: this.agent,
      headers: { 'content-type': 'application/json', 'content-length': body.length },
    };
    const up = http.request(options, take);
    up.on('error', () => response.destroy());
    up.end(body);
  }
}
