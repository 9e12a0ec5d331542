import { OperationError } from "./errors";
import type { Instance } from "./instance";
import { handlerOf, refusal } from "./operations";
import { authenticate, createTokens } from "./security";
import type { Fields } from "./store";

export interface Answer {
  status: number;
  body: unknown;
  type?: string | undefined;
  retryAfter?: string | undefined;
}

export interface Asked {
  text: string;
  authorization: string | undefined;
}

export const json = "application/json";

/** What a healthy server answers. */
export async function answerTo(instance: Instance, { text, authorization }: Asked): Promise<Answer> {
  try {
    return await perform(instance, parse(text), authorization);
  } catch (thrown) {
    const status = thrown instanceof OperationError ? thrown.status : 500;
    return { status, body: { error: (thrown as Error).message }, type: json };
  }
}

function parse(text: string): Fields {
  if (text === "") throw new OperationError("Body cannot be empty when content-type is set to 'application/json'", 400);
  try {
    return JSON.parse(text) as Fields;
  } catch (error) {
    throw new OperationError((error as Error).message, 400);
  }
}

async function perform(instance: Instance, body: Fields, authorization: string | undefined): Promise<Answer> {
  const operation = body?.operation;
  const { user, error } = authenticate(instance, authorization);
  if (operation === "create_authentication_tokens" && (user || body.username)) {
    return { status: 200, body: createTokens(instance, body, user), type: json };
  }
  // The server forgets the content type where it refuses a login it was given.
  if (!user) return { status: 401, body: { error }, type: error === "Must login" ? json : undefined };
  if (operation === undefined) {
    const message = "Request body must include an 'operation' property.";
    return { status: 400, body: { statusCode: 400, error: "Bad Request", message }, type: `${json}; charset=utf-8` };
  }
  if (typeof operation !== "string") throw new TypeError("e.body?.operation?.startsWith is not a function");
  const handler = handlerOf(instance.version, operation);
  if (!handler) throw new OperationError(`Operation '${operation}' not found`, 400);
  const refused = user.superUser ? undefined : refusal(operation, body);
  if (refused) return { status: 403, body: refused, type: json };
  const result = await handler(instance, body, user);
  return { status: 200, body: typeof result === "string" ? { message: result } : result, type: json };
}
