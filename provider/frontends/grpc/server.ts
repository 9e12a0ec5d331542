import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { resourceProvider } from "./service";

type Handlers = ReturnType<typeof resourceProvider>;

/** How long calls under way may take to end after a shutdown was asked for. */
const graceMs = 5000;

/** A server on a free port of the loopback interface, whose handlers come when they are loaded. */
export class PluginServer {
  private readonly server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });

  /** Resolves with the port. */
  async listen(handlers: () => Promise<Handlers>): Promise<number> {
    const methods = Object.keys(ResourceProviderService).map((name) => [
      name,
      async (call: never, callback: (error: unknown) => void) => {
        const handler = (await handlers())[name];
        if (handler) handler(call, callback as never);
        else callback({ code: 12, details: `harper does not implement ${name}` });
      },
    ]);
    this.server.addService(ResourceProviderService, Object.fromEntries(methods));
    return new Promise((resolve, reject) => {
      this.server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  }

  /** Ends when what is under way has ended, at the latest after some seconds. */
  async close(): Promise<void> {
    const ended = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.server.forceShutdown();
      ended.resolve();
    }, graceMs);
    this.server.tryShutdown(() => ended.resolve());
    await ended.promise;
    clearTimeout(timer);
  }
}
