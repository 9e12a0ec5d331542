import { type HarperClient, polling } from "../provider/operations-api/index.js";

const pauseMs = 250;

/** How long all of a work may take. */
export class Limit {
  readonly seconds: number;
  private readonly until: number;

  constructor(seconds: number) {
    this.seconds = seconds;
    this.until = performance.now() + seconds * 1000;
  }

  get leftMs(): number {
    return Math.max(0, this.until - performance.now());
  }

  /** Asks until it is so. False when time is up, though an answer may still be waited for. */
  async sees(client: HarperClient, operation: string, probe: () => Promise<boolean>): Promise<boolean> {
    for (;;) {
      if (await client.within(operation, this.leftMs, polling(probe))) return true;
      if (this.leftMs === 0) return false;
      await client.pause(operation, Math.min(pauseMs, this.leftMs));
    }
  }
}
