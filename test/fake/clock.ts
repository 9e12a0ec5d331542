/** Milliseconds with a fraction, never twice the same: Harper orders records by them. */
export class Clock {
  #last = 0;
  #ahead = 0;

  /** What takes long on a real server, such as a start, takes as long by this clock and no time at all. */
  pass(ms: number): void {
    this.#ahead += ms;
  }

  now(): number {
    const time = Date.now() + this.#ahead;
    this.#last = time > this.#last ? time : this.#last + 0.001;
    return this.#last;
  }
}
