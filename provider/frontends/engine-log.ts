import { AsyncLocalStorage } from "node:async_hooks";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Tell } from "../resource";

/** The resource that is worked on: messages are shown with it. */
export const currentUrn = new AsyncLocalStorage<string>();

/** Messages to the user through the engine: a provider's own stdout and stderr are not theirs to read. */
export class EngineLog {
  private engine: EngineClient | undefined;
  private underWay: Promise<void>[] = [];

  /** Who is told from now on. */
  connect(engine: EngineClient): void {
    this.engine = engine;
  }

  readonly tell: Tell = (severity, text) => {
    if (!this.engine) {
      process.stderr.write(`${severity}: ${text}\n`);
      return;
    }
    const request = new LogRequest();
    request.setSeverity(severity === "warning" ? LogSeverity.WARNING : LogSeverity.INFO);
    request.setMessage(text);
    request.setUrn(currentUrn.getStore() ?? "");
    const { engine } = this;
    // A message that cannot be delivered must not fail the work it is about.
    this.underWay.push(new Promise((resolve) => engine.log(request, () => resolve())));
  };

  /** Resolves when all that was said has arrived. */
  async delivered(): Promise<void> {
    const messages = this.underWay;
    this.underWay = [];
    await Promise.all(messages);
  }
}
