import { credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { EngineClient, EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { expect, onTestFinished, test, vi } from "vitest";
import { currentUrn, EngineLog } from "../../../provider/frontends/engine-log";

type Answered = (error: Error | null, answer?: Empty) => void;
/** An engine whose answers are given by hand. */
const engineWith = (log: (request: LogRequest, answered: Answered) => void) =>
  ({ log, waitForReady: (_deadline: number, ready: Answered) => ready(null) }) as unknown as EngineClient;

test("nobody is answered before all that was said has arrived, whoever waits first", async () => {
  const held: Answered[] = [];
  const said: LogRequest[] = [];
  const log = new EngineLog();
  log.connect(
    engineWith((request, arrived) => {
      said.push(request);
      held.push(arrived);
    }),
  );
  currentUrn.run("urn", () => log.tell("warning", "of a resource"));
  const order: string[] = [];
  const one = log.delivered().then(() => order.push("one"));
  const other = log.delivered().then(() => order.push("other"));
  await new Promise(setImmediate);
  expect(order).toEqual([]);
  for (const arrive of held) arrive(null);
  await Promise.all([one, other]);
  expect(order).toHaveLength(2);
  currentUrn.run("urn", () => log.tell("warning", "of an instance", "instance"));
  expect(said.map((request) => [request.getMessage(), request.getUrn()])).toEqual([
    ["of a resource", "urn"],
    ["of an instance", ""],
  ]);
});

/** Answers the port, and what was said there. */
async function listen(port = 0) {
  const said: string[] = [];
  const server = new Server();
  server.addService(EngineService, {
    log({ request }: { request: LogRequest }, answered: Answered) {
      said.push(request.getMessage());
      answered(null, new Empty());
    },
  } as never);
  const bound = await new Promise<number>((done, fail) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, at) =>
      error ? fail(error) : done(at),
    );
  });
  onTestFinished(() => server.forceShutdown());
  return { port: bound, said, server };
}

test("a connection that was down a moment ago loses nothing", async () => {
  const { port, server } = await listen();
  server.forceShutdown();
  const engine = new EngineClient(`127.0.0.1:${port}`, credentials.createInsecure());
  onTestFinished(() => engine.close());
  await new Promise<void>((refused) => engine.log(new LogRequest(), () => refused()));
  const { said } = await listen(port);
  const log = new EngineLog();
  log.connect(engine);
  log.tell("info", "here");
  await log.delivered();
  expect(said).toEqual(["here"]);
});

test("what cannot be delivered is on stderr", async () => {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => written.mockRestore());
  const log = new EngineLog();
  log.connect(engineWith((_request, answered) => answered(new Error("14 UNAVAILABLE"))));
  log.tell("warning", "of a resource");
  await log.delivered();
  expect(written).toHaveBeenCalledWith("warning: of a resource\n");
});
