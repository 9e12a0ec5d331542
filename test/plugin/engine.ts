import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { credentials, type handleUnaryCall, Server, ServerCredentials, type ServiceError } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { type IResourceProviderServer, ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginServer } from "../../provider/frontends/grpc/server";
import { type Options, resourceProvider } from "../../provider/frontends/grpc/service";

export const launcher = resolve(__dirname, "../../plugin/pulumi-resource-harper");
const unlimited = { "grpc.max_receive_message_length": -1 };

/** What Pulumi's engine is to a plugin: who calls it, and who shows its messages. */
export class Engine {
  /** `warning: text`, as they came; `urns` has the resources they are about. */
  readonly said: string[] = [];
  readonly urns: string[] = [];
  address = "";
  private readonly log = new Server();
  private readonly clients: ResourceProviderClient[] = [];
  private readonly ends: (() => unknown)[] = [];

  static async start(): Promise<Engine> {
    const engine = new Engine();
    engine.log.addService(EngineService, {
      log: ({ request }: { request: LogRequest }, callback: (error: null, answer: Empty) => void) => {
        engine.said.push(
          `${request.getSeverity() === LogSeverity.WARNING ? "warning" : "info"}: ${request.getMessage()}`,
        );
        engine.urns.push(request.getUrn());
        callback(null, new Empty());
      },
    } as never);
    const port = await new Promise<number>((done, fail) => {
      engine.log.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
        error ? fail(error) : done(bound),
      );
    });
    engine.address = `127.0.0.1:${port}`;
    return engine;
  }

  /** The plugin in this process, from its sources. */
  async host(options: Options = {}): Promise<ResourceProviderClient> {
    const server = new PluginServer();
    let release = async () => {};
    const atEnd = (given: typeof release) => {
      release = given;
    };
    const handlers = Promise.resolve(resourceProvider({ engineAddress: this.address, atEnd, ...options }));
    const port = await server.listen(() => handlers);
    this.ends.push(() => server.close(1000).then(() => release()));
    return this.connect(port);
  }

  /** The built plugin as Pulumi starts it. */
  async spawn(env: NodeJS.ProcessEnv = {}): Promise<{ client: ResourceProviderClient; child: ChildProcess }> {
    const child = spawn(launcher, [this.address], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    this.ends.push(() => child.kill("SIGKILL"));
    const lines = createInterface({ input: child.stdout });
    const [line] = (await Promise.race([once(lines, "line"), once(child, "exit").then(() => ["no port"])])) as [string];
    return { client: this.connect(Number(line)), child };
  }

  connect(port: number): ResourceProviderClient {
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), unlimited);
    this.clients.push(client);
    return client;
  }

  /** Disappears as a killed engine does. */
  vanish(): void {
    for (const client of this.clients) client.close();
    this.log.forceShutdown();
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.close();
    for (const end of this.ends) await end();
    this.log.forceShutdown();
  }
}

type MethodName = Exclude<keyof IResourceProviderServer, symbol | number>;
type Exchange<N extends MethodName> =
  IResourceProviderServer[N] extends handleUnaryCall<infer Q, infer A> ? [Q, A] : never;

type Answered = (error: ServiceError | null, answer: unknown) => void;

/** One call, as a promise. Rejects with gRPC's error. */
export function call<N extends MethodName>(
  client: ResourceProviderClient,
  name: N,
  request: Exchange<N>[0],
): Promise<Exchange<N>[1]> {
  return new Promise((done, fail) => {
    const method = client[name as keyof ResourceProviderClient] as (request: unknown, answered: Answered) => void;
    method.call(client, request, (error, answer) => (error ? fail(error) : done(answer as Exchange<N>[1])));
  });
}
