import type { HarperClient, Look } from "./operations-api";

/** How many are asked ahead at most, so that what they answer is not old when their turn comes. */
const most = 32;

interface Asked {
  name: string;
  client: HarperClient;
}

/**
 * The engine checks one resource after the other, and to look at an instance for the first time is several calls, some of
 * which wait for others. So when some were looked at, those that come next in the configuration are asked the same
 * already: as many as there were before, and as long as fewer were asked in vain than are needed.
 */
export class ReadAhead<I extends Asked> {
  private readonly at: (name: string) => I;
  private readonly names: readonly string[];
  private readonly places: ReadonlyMap<string, number>;
  /** What instances were asked in this process, by key. */
  private readonly looks = new Map<string, Look<HarperClient>>();
  /** How many of these there were when an instance was looked at last. */
  private readonly looked = new Map<string, number>();
  /** Who was asked ahead, and not looked at since: perhaps in vain. */
  private readonly unused = new Set<string>();

  constructor(names: readonly string[], at: (name: string) => I) {
    this.at = at;
    this.names = names;
    this.places = new Map(names.map((name, place) => [name, place]));
  }

  /** To be told of each question to any instance. */
  hear(look: Look<HarperClient>): void {
    if (!this.looks.has(look.key)) this.looks.set(look.key, look);
  }

  /** To be called before an instance is looked at. Whoever does not answer says so to those who ask next. */
  from({ name }: I): void {
    const place = this.places.get(name);
    if (place === undefined || this.looked.get(name) === this.looks.size) return;
    this.looked.set(name, this.looks.size);
    this.unused.delete(name);
    for (const next of this.following(place, Math.min(this.looked.size - 1, most))) {
      if (!this.looked.has(next) && !this.unused.has(next)) {
        if (this.unused.size >= this.looked.size - 1) continue;
        this.unused.add(next);
      }
      void this.ask(next).catch(() => {});
    }
  }

  /** It, and those after it, where there are to be any; the first come after the last. */
  private following(place: number, count: number): string[] {
    if (count === 0) return [];
    return [...this.names.slice(place, place + count + 1), ...this.names.slice(0, place)].slice(0, count + 1);
  }

  private async ask(name: string): Promise<void> {
    const { client } = this.at(name);
    // All else waits for it, and one that hangs is to be asked once.
    await client.nodeName();
    const unasked = [...this.looks.values()].filter(({ key }) => !client.hasAsked(key));
    await Promise.allSettled(unasked.map((look) => client.look(look)));
  }
}
