import { AsyncLocalStorage } from "node:async_hooks";
import type { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import type { Tell } from "../resource";

/** The resource that is worked on: messages are shown with it. */
export const currentUrn = new AsyncLocalStorage<string>();

/** How long a connection that is not up is waited for. */
const deliveryMs = 10_000;

/** Messages to the user through the engine: a provider's own stdout and stderr are not theirs to read. */
export class EngineLog {
  private engine: EngineClient | undefined;
  private readonly underWay = new Set<Promise<void>>();

  /** Who is told from now on. */
  connect(engine: EngineClient): void {
    this.engine = engine;
  }

  readonly tell: Tell = (severity, text, about) => {
    const onStderr = () => process.stderr.write(`${severity}: ${text}\n`);
    if (!this.engine) {
      onStderr();
      return;
    }
    const request = new LogRequest();
    request.setSeverity(severity === "warning" ? LogSeverity.WARNING : LogSeverity.INFO);
    request.setMessage(text);
    request.setUrn(about === "instance" ? "" : (currentUrn.getStore() ?? ""));
    const { engine } = this;
    // A message that cannot be delivered must not fail the work it is about.
    const delivery = new Promise<void>((resolve) => {
      const ended = (error?: Error | null) => {
        if (error) onStderr();
        resolve();
      };
      engine.waitForReady(Date.now() + deliveryMs, (error) => (error ? ended(error) : engine.log(request, ended)));
    });
    this.underWay.add(delivery);
    void delivery.then(() => this.underWay.delete(delivery));
  };

  /** Resolves when all that was said until now has arrived, whoever said it. */
  async delivered(): Promise<void> {
    await Promise.all(this.underWay);
  }
}
