import { setTimeout as sleep } from "node:timers/promises";
import { normalise } from "./normalise";

export type Seat = "a" | "b" | "c";
export type Body = Record<string, unknown>;

export interface Place {
  endpoint: string;
  username: string;
  password: string;
  /** The name the instance gives itself, and where its peers reach it. */
  address: string;
  replicationUrl: string;
}

/** Three instances, fake or real, to put a script to. */
export interface Venue {
  places: Record<Seat, Place>;
  /** Real servers take their time; the fake is asked to be quick. */
  pace: number;
}

export interface Sent {
  username?: string;
  password?: string;
  authorization?: string;
  text?: string;
}

export interface Note {
  step: string;
  seen: unknown;
}

const mark = (seat: Seat) => `{${seat}}`;

/** Puts operations to the venue and writes down what came back, with everything that differs from run to run taken out. */
export class Run {
  readonly notes: Note[] = [];
  /** Whether peers that are gone but listed are shown. */
  showRemoved = false;
  /** Names of the databases made. */
  readonly databases = new Set<string>();
  /** Databases are new ones each time: what a server remembers of a dropped one would tell. */
  readonly #suffix = `_${Date.now().toString(36)}`;

  constructor(readonly venue: Venue) {}

  /** In bodies `{a}` stands for the address of the instance in seat a. */
  async ask(seat: Seat, body: Body, sent: Sent = {}): Promise<unknown> {
    const { status, answer } = await this.send(seat, body, sent);
    this.note(
      `${seat}: ${sent.text ?? JSON.stringify(withoutLogin(body))}`,
      status === 200 ? answer : { status, answer },
    );
    return answer;
  }

  /** As `ask`, but not written down. */
  async send(seat: Seat, body: Body, sent: Sent = {}): Promise<{ status: number; answer: unknown }> {
    const { endpoint, username, password } = this.venue.places[seat];
    const login = `${sent.username ?? username}:${sent.password ?? password}`;
    const authorization = sent.authorization ?? `Basic ${Buffer.from(login).toString("base64")}`;
    const text = sent.text ?? this.#fill(JSON.stringify(body));
    const headers = { "content-type": "application/json", ...(authorization === "" ? {} : { authorization }) };
    const signal = AbortSignal.timeout(15_000);
    const response = await fetch(endpoint, { method: "POST", headers, body: text, signal });
    const answer = await response.text();
    try {
      return { status: response.status, answer: JSON.parse(answer) };
    } catch {
      return { status: response.status, answer };
    }
  }

  /** What a database of the script is called this time. */
  fullName(database: string): string {
    return database + this.#suffix;
  }

  pause(ms: number): Promise<void> {
    return sleep(ms * this.venue.pace);
  }

  note(step: string, seen: unknown): void {
    this.notes.push({ step, seen: this.normalised(seen) });
  }

  #fill(text: string): string {
    const { username, password } = this.venue.places.a;
    let filled = text.replaceAll("{username}", username).replaceAll("{password}", password);
    filled = filled.replaceAll(/"conformance_(?!user|role)[a-z_]+(?=")/g, (name) => name + this.#suffix);
    for (const [seat, { address }] of Object.entries(this.venue.places)) {
      filled = filled.replaceAll(mark(seat as Seat), address);
    }
    return filled;
  }

  normalised(value: unknown): unknown {
    let text = JSON.stringify(value).replaceAll(this.#suffix, "");
    for (const [seat, { address }] of Object.entries(this.venue.places)) {
      text = text.replaceAll(new RegExp(`${address.replaceAll(".", "\\.")}(?!\\d)`, "g"), mark(seat as Seat));
    }
    return normalise(JSON.parse(text));
  }
}

const withoutLogin = ({ authorization, ...body }: Body) => body;

export interface Script {
  name: string;
  /** Wants real instances emptied and restarted: they spread and repeat old changes once they replicate fully. */
  fresh?: boolean;
  play(run: Run): Promise<void>;
}
