import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Answer, answerTo, json } from "./answer";
import { type Fault, successOf } from "./faults";
import type { Call, Instance } from "./instance";
import type { Fields } from "./store";

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** The operations API of one instance, with what its faults make of it. */
export function createInstanceServer(instance: Instance): Server {
  return createServer((request, response) => {
    instance.cluster.asked(instance.name, 1);
    response.once("close", () => instance.cluster.asked(instance.name, -1));
    void serve(instance, request, response);
  });
}

async function serve(instance: Instance, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const body = bodyOf(text);
  const operation = String(body.operation ?? "");
  const call: Call = { operation, body, at: Date.now() };
  instance.calls.push(call);
  response.once("close", () => {
    call.until = Date.now();
  });
  const fault = instance.faults.next(operation);
  await sleep(instance.cluster.timing.latencyMs + (fault?.kind === "delay" ? fault.ms : 0));
  if (fault?.kind === "hang") return;
  if (fault?.kind === "reset") request.socket.resetAndDestroy();
  else if (fault?.kind === "echo") echo(request, response, text, fault);
  else {
    const { pid } = instance.process;
    const answer = spoiled(fault, body) ?? (await withPeerError(instance, fault, text, request.headers.authorization));
    if (fault?.kind === "late") await sleep(fault.ms);
    if (pid === instance.process.pid) send(response, answer, fault?.kind === "truncate");
    else request.socket.resetAndDestroy();
  }
}

function echo(request: IncomingMessage, response: ServerResponse, body: string, fault: Fault & { kind: "echo" }): void {
  const { status, page = (sent: string) => ({ error: `Bad request: ${sent}` }) } = fault;
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  const sent = [`${request.method} ${request.url}`, ...headers, "", body].join("\n");
  if (status === undefined) return void request.socket.end(sent);
  const answer = page(sent);
  response.writeHead(status).end(typeof answer === "string" ? answer : JSON.stringify(answer));
}

function bodyOf(text: string): Fields {
  try {
    return (JSON.parse(text) as Fields | null) ?? {};
  } catch {
    return {};
  }
}

/** Answers that are given without doing anything. */
function spoiled(fault: Fault | undefined, body: Fields): Answer | undefined {
  if (fault?.kind === "status") {
    const { status, error = "Broken", retryAfter } = fault;
    return { status, body: { error }, type: json, retryAfter };
  }
  if (fault?.kind === "lose") return { status: 200, body: fault.answer ?? successOf(body), type: json };
  return undefined;
}

async function withPeerError(instance: Instance, fault: Fault | undefined, text: string, authorization?: string) {
  if (fault?.kind === "half") instance.faults.peerError = fault.error ?? "Connection closed Unauthorized 1008";
  try {
    return await answerTo(instance, { text, authorization });
  } finally {
    instance.faults.peerError = undefined;
  }
}

function send(response: ServerResponse, { status, body, type, retryAfter }: Answer, truncate: boolean): void {
  const text = JSON.stringify(body);
  if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
  response.writeHead(status, { ...(type ? { "content-type": type } : {}), "content-length": Buffer.byteLength(text) });
  if (!truncate) response.end(text);
  else response.write(text.slice(0, text.length / 2), () => response.socket?.resetAndDestroy());
}
