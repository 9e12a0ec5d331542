import { Server, ServerCredentials, type sendUnaryData, status } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { resourceProvider } from "./service";

type Handlers = ReturnType<typeof resourceProvider>;
type Answer = sendUnaryData<unknown>;

/** A server on a free port of the loopback interface, whose handlers come when they are loaded. */
export class PluginServer {
  private readonly server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  private readonly underWay = new Set<Promise<void>>();

  /** Resolves with the port. */
  async listen(handlers: () => Promise<Handlers>): Promise<number> {
    const methods = Object.keys(ResourceProviderService).map((name) => [
      name,
      (call: never, answer: Answer) =>
        this.follow(answer, async (done) => {
          const handler = (await handlers())[name];
          if (handler) handler(call, done);
          else done({ code: status.UNIMPLEMENTED, details: `harper does not implement ${name}` });
        }),
    ]);
    this.server.addService(ResourceProviderService, Object.fromEntries(methods));
    return new Promise((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  }

  /** Ends when what is under way has ended, at the latest after this time. */
  async close(graceMs: number): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, graceMs);
    // A server of grpc-js is done when nobody listens any more, whether or not the work goes on.
    await Promise.race([this.ended(), late.promise]);
    const shut = new Promise<void>((resolve) => this.server.tryShutdown(() => resolve()));
    await Promise.race([shut, late.promise]);
    clearTimeout(timer);
    this.server.forceShutdown();
  }

  private async ended(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private follow(answer: Answer, work: (done: Answer) => Promise<void>): void {
    const ended = new Promise<void>((resolve) => {
      const done: Answer = (...outcome) => {
        answer(...outcome);
        resolve();
      };
      work(done).catch((error: Error) => done({ code: status.INTERNAL, details: error.stack ?? error.message }));
    });
    this.underWay.add(ended);
    void ended.then(() => this.underWay.delete(ended));
  }
}
