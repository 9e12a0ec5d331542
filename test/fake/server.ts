import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { OperationError } from "./errors";
import type { Fault } from "./faults";
import type { Instance } from "./instance";
import { handlerOf, unrestricted } from "./operations";
import { authenticate } from "./security";
import type { Fields } from "./store";

interface Answer {
  status: number;
  body: unknown;
  type?: string | undefined;
}

const json = "application/json";
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function createInstanceServer(instance: Instance): Server {
  const server = createServer((request, response) => {
    if (!instance.reachable) request.socket.resetAndDestroy();
    else void serve(instance, request, response);
  });
  return server;
}

async function serve(instance: Instance, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const body = parse(text);
  const operation = body instanceof Error ? "" : String((body as Fields | null)?.operation ?? "");
  instance.calls.push({ operation, body: body instanceof Error ? {} : (body as Fields), at: Date.now() });
  const fault = instance.faults.next(operation);
  if (fault?.kind === "hang") return;
  if (fault?.kind === "reset") {
    request.socket.resetAndDestroy();
    return;
  }
  if (fault?.kind === "delay") await sleep(fault.ms);
  await instance.cluster.pause();
  const answer = await answerOf(instance, request, body, fault);
  if (fault?.kind === "late") await sleep(fault.ms);
  if (!instance.reachable && operation !== "restart") {
    request.socket.resetAndDestroy();
    return;
  }
  send(response, answer, fault);
}

function parse(text: string): unknown {
  if (text === "") return new Error("Body cannot be empty when content-type is set to 'application/json'");
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

async function answerOf(
  instance: Instance,
  request: IncomingMessage,
  body: unknown,
  fault: Fault | undefined,
): Promise<Answer> {
  if (fault?.kind === "status") return { status: fault.status, body: { error: fault.error }, type: json };
  if (fault?.kind === "lose") return { status: 200, body: fault.answer, type: json };
  if (body instanceof Error) return { status: 400, body: { error: body.message }, type: json };
  const { user, error } = authenticate(instance, request.headers.authorization);
  if (!user) return { status: 401, body: { error }, type: error === "Must login" ? json : undefined };
  const operation = (body as Fields | null)?.operation;
  if (typeof operation !== "string") {
    const message = "Request body must include an 'operation' property.";
    return { status: 400, body: { statusCode: 400, error: "Bad Request", message }, type: `${json}; charset=utf-8` };
  }
  const handler = handlerOf(instance.cluster.version, operation);
  if (!handler) return { status: 400, body: { error: `Operation '${operation}' not found` }, type: json };
  if (!user.superUser && !unrestricted.has(operation)) return { status: 403, body: forbidden(operation), type: json };
  try {
    const result = await handler(instance, body as Fields, user);
    return { status: 200, body: typeof result === "string" ? { message: spoil(result, fault) } : result, type: json };
  } catch (thrown) {
    const status = thrown instanceof OperationError ? thrown.status : 500;
    return { status, body: { error: (thrown as Error).message }, type: json };
  }
}

const forbidden = (operation: string) => ({
  error: "This operation is not authorized due to role restrictions and/or invalid database items",
  unauthorized_access: [`Operation '${operation}' is restricted to 'super_user' roles`],
  invalid_schema_items: [],
});

function spoil(message: string, fault: Fault | undefined): string {
  if (fault?.kind !== "half") return message;
  const url = /'([^']*)'/.exec(message)?.[1];
  return `${message} but there was an error updating target node: Error returned from ${url}: Connection closed Unauthorized 1008`;
}

function send(response: ServerResponse, { status, body, type }: Answer, fault: Fault | undefined): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { ...(type ? { "content-type": type } : {}), "content-length": Buffer.byteLength(text) });
  if (fault?.kind === "truncate") {
    response.write(text.slice(0, text.length / 2));
    setTimeout(() => response.socket?.resetAndDestroy(), 5);
  } else response.end(text);
}
