import type { handleUnaryCall, ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { currentUrn, type EngineLog } from "../engine-log";
import { failureOf } from "./failure";

type Method = (request: never) => unknown;
type Handler = handleUnaryCall<unknown, unknown>;

/** Methods as grpc-js takes them. Each is answered when all that it said to the user was delivered; until then it is under way. */
export function handlersOf(
  methods: Record<string, Method>,
  log: EngineLog,
  underWay: Set<Promise<void>>,
): Record<string, Handler> {
  const handler =
    (method: Method): Handler =>
    ({ request }: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) => {
      const urn = (request as { getUrn?: () => string }).getUrn?.() ?? "";
      const call = currentUrn.run(urn, async () => {
        const outcome = await answered(method, request);
        await log.delivered();
        if ("answer" in outcome) callback(null, outcome.answer);
        else callback(outcome.failure);
      });
      underWay.add(call);
      void call.then(() => underWay.delete(call));
    };
  return Object.fromEntries(Object.entries(methods).map(([name, method]) => [name, handler(method)]));
}

async function answered(method: Method, request: unknown) {
  try {
    return { answer: await method(request as never) };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}
