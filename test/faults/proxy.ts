import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** What happens to a call: first it may be passed on, then something is done to the world, then it waits, then it ends. */
export interface Strike {
  /** Whether the instance has done it by the time that anything else happens. */
  passed: boolean;
  act?: (() => Promise<void>) | undefined;
  waitMs?: number | undefined;
  /** `answer` is the instance's own, for which the call is passed on now if it was not. */
  end: "answer" | "reset" | "half-close" | "truncate" | { status: number; body: unknown };
}

export interface Plan {
  strike: Strike;
  /** Operations of Harper, of which the first one is struck. */
  operations: readonly string[];
  /** Counts only what comes after one of these was passed on. */
  after?: readonly string[] | undefined;
  /** Every one from then on is struck, not only the first. */
  forever?: boolean | undefined;
}

interface Answer {
  status: number;
  body: Buffer;
}

/** Stands in front of the operations API of one instance. Passes everything on but what is planned. */
export class FaultProxy {
  endpoint = "";
  /** How many calls were struck. */
  struck = 0;
  /** Why something could not be done to the world. */
  problem: unknown;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly underWay = new Set<Promise<unknown>>();
  private plan: Plan | undefined;
  private isShut = false;

  private constructor(private readonly target: string) {
    this.server = createServer((incoming, outgoing) => this.follow(this.serve(incoming, outgoing)));
    this.server.on("connection", (socket: Socket) => {
      this.sockets.add(socket.on("close", () => this.sockets.delete(socket)).on("error", () => {}));
    });
  }

  static async start(target: string): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await new Promise<void>((done) => proxy.server.listen(0, "127.0.0.1", done));
    proxy.endpoint = `http://127.0.0.1:${(proxy.server.address() as AddressInfo).port}`;
    return proxy;
  }

  /** Nothing is struck any more but what this says. */
  expect(plan: Plan | undefined): void {
    this.plan = plan;
    this.struck = 0;
    this.problem = undefined;
  }

  /** Resets every connection, those that are open and those to come, until it is opened again. */
  shut(): void {
    this.isShut = true;
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  open(): void {
    this.isShut = false;
  }

  /** When nothing is under way any more: what was held back has reached the instance, too. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  async close(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
  }

  private follow(work: Promise<void>): void {
    const ended = work.catch(() => undefined).finally(() => this.underWay.delete(ended));
    this.underWay.add(ended);
  }

  private async serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bytesOf(incoming);
    if (this.isShut) return void incoming.socket.resetAndDestroy();
    const { operation } = JSON.parse(body.toString()) as { operation: string };
    const strike = this.strikeFor(operation);
    const pass = () => forward(this.target, incoming, body);
    try {
      if (strike) await this.suffer(strike, outgoing, pass);
      else send(outgoing, await pass());
    } catch {
      // The instance is not there.
      outgoing.socket?.resetAndDestroy();
    }
  }

  private strikeFor(operation: string): Strike | undefined {
    const { plan } = this;
    if (!plan) return undefined;
    if (plan.after) {
      if (plan.after.includes(operation)) plan.after = undefined;
      return undefined;
    }
    if (!plan.operations.includes(operation)) return undefined;
    if (this.struck > 0 && !plan.forever) return undefined;
    this.struck++;
    return plan.strike;
  }

  private async suffer({ passed, act, waitMs, end }: Strike, outgoing: ServerResponse, pass: () => Promise<Answer>) {
    const answer = passed ? await pass() : undefined;
    await act?.().catch((error: unknown) => {
      this.problem ??= error;
    });
    if (waitMs) await pause(waitMs);
    if (end === "answer") return send(outgoing, answer ?? (await pass()));
    if (end === "reset") return void outgoing.socket?.resetAndDestroy();
    if (end === "half-close") return void outgoing.socket?.end();
    if (end === "truncate") return send(outgoing, answer ?? (await pass()), 2);
    send(outgoing, { status: end.status, body: Buffer.from(JSON.stringify(end.body)) });
  }
}

/** A part of the answer, with the connection closed behind it, where `parts` is more than one. */
function send(outgoing: ServerResponse, { status, body }: Answer, parts = 1): void {
  outgoing.writeHead(status, { "content-type": "application/json", "content-length": body.length });
  if (parts === 1) return void outgoing.end(body);
  outgoing.write(body.subarray(0, Math.floor(body.length / parts)), () => outgoing.socket?.end());
}

function forward(target: string, { headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const { authorization } = headers;
  return new Promise((resolve, reject) => {
    const passed = request(target, {
      method: "POST",
      agent: false,
      headers: {
        "content-type": "application/json",
        "content-length": body.length,
        ...(authorization && { authorization }),
      },
    });
    passed.on("error", reject).on("response", (response) => {
      bytesOf(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    });
    passed.end(body);
  });
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
