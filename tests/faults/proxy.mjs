// A node seen through a bad line: a TCP port that hands HTTP requests on to a node, or does something else to them.
//
//     const line = await Line.open(29601, 'http://127.0.0.1:29546');
//     line.mode = 'drop';      ok | drop | hang | slow | busy (429) | forbidden (403) | garbage | refuses | mixed
//     line.requests, line.calls   counted since the last line.reset()
import http from 'node:http';

const ANSWERS = {
  busy: (response) => response.writeHead(429).end('slow down'),
  forbidden: (response) => response.writeHead(403).end('no'),
  garbage: (response) => response.writeHead(200).end('{"jsonrpc":"2.0","id":1,"result":{"number":"0xzz","hash":[]}}'),
  refuses: (response) =>
    response.writeHead(200).end('{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"the method does not exist"}}'),
};
const MIXED = ['ok', 'drop', 'busy', 'garbage', 'ok', 'forbidden', 'refuses', 'ok'];

export class Line {
  static open(port, target) {
    const line = new Line();
    line.target = new URL(target);
    line.mode = 'ok';
    line.turn = 0;
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
    else this.forward(response, body);
  }

  forward(response, body) {
    const options = {
      host: this.target.hostname,
      port: this.target.port,
      method: 'POST',
      agent: this.agent,
      headers: { 'content-type': 'application/json', 'content-length': body.length },
    };
    const up = http.request(options, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    up.on('error', () => response.destroy());
    up.end(body);
  }
}
