/** Milliseconds with a fraction, never twice the same: Harper orders records by them. */
export class Clock {
  #last = 0;

  now(): number {
    const time = Date.now();
    this.#last = time > this.#last ? time : this.#last + 0.001;
    return this.#last;
  }
}
