import { createRequire } from "node:module";
import type * as Grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Tell } from "../resource";

// The stub only takes credentials of the very copy of grpc-js that it was made with.
const grpc: typeof Grpc = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");

/** Messages to the user through the engine: a provider's own stdout and stderr are not theirs to read. */
export class EngineLog {
  private readonly client: EngineClient;
  private underWay: Promise<void>[] = [];

  /** `address` is what the engine gives a provider as its first argument. */
  constructor(address: string) {
    this.client = new EngineClient(address, grpc.credentials.createInsecure());
  }

  readonly tell: Tell = (severity, text) => {
    const request = new LogRequest();
    request.setSeverity(severity === "warning" ? LogSeverity.WARNING : LogSeverity.INFO);
    request.setMessage(text);
    // A message that cannot be delivered must not fail the work it is about.
    this.underWay.push(new Promise((resolve) => this.client.log(request, () => resolve())));
  };

  /** Resolves when all that was said has arrived. */
  async delivered(): Promise<void> {
    const messages = this.underWay;
    this.underWay = [];
    await Promise.all(messages);
  }
}
