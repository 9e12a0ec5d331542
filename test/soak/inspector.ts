/** A process's own figures, by the inspector of Node (`--inspect`). */
export class Inspector {
  private readonly waiting = new Map<number, { done: (result: unknown) => void; fail: (error: Error) => void }>();
  private last = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.addEventListener("message", ({ data }) => this.take(String(data)));
    socket.addEventListener("close", () => {
      for (const { fail } of this.waiting.values()) fail(new Error("the inspector hung up: the process has ended"));
      this.waiting.clear();
    });
  }

  static async open(address: string): Promise<Inspector> {
    const socket = new WebSocket(address);
    await new Promise<void>((done, fail) => {
      socket.addEventListener("open", () => done(), { once: true });
      socket.addEventListener("error", () => fail(new Error(`no inspector at ${address}`)), { once: true });
    });
    const inspector = new Inspector(socket);
    await inspector.ask("HeapProfiler.enable");
    return inspector;
  }

  /** Megabytes that live: what is used of the heap and of buffers after a collection of garbage. */
  async liveHeap(): Promise<number> {
    await this.ask("HeapProfiler.collectGarbage");
    // What is to be done about the dead is done in a later turn, and is garbage then.
    await this.evaluate("new Promise((done) => setTimeout(done, 20))");
    await this.ask("HeapProfiler.collectGarbage");
    const { usedSize, backingStorageSize = 0 } = (await this.ask("Runtime.getHeapUsage")) as {
      usedSize: number;
      backingStorageSize?: number;
    };
    return (usedSize + backingStorageSize) / 1024 ** 2;
  }

  async evaluate<T>(expression: string): Promise<T> {
    const answer = (await this.ask("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true })) as {
      result: { value: T };
      exceptionDetails?: { text: string };
    };
    if (answer.exceptionDetails) throw new Error(`${expression}: ${answer.exceptionDetails.text}`);
    return answer.result.value;
  }

  close(): void {
    this.socket.close();
  }

  private ask(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.last;
    const answer = new Promise((done, fail) => this.waiting.set(id, { done, fail }));
    this.socket.send(JSON.stringify({ id, method, params }));
    return answer;
  }

  private take(text: string): void {
    const { id, result, error } = JSON.parse(text) as { id?: number; result?: unknown; error?: { message: string } };
    const asked = id !== undefined && this.waiting.get(id);
    if (!asked) return;
    this.waiting.delete(id);
    if (error) asked.fail(new Error(error.message));
    else asked.done(result);
  }
}
