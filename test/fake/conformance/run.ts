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

interface Connection {
  name: string;
  database_sockets: { database: string; connected?: boolean }[];
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
  /** Databases are new ones each time: what a server remembers of a dropped one would tell. */
  readonly #suffix = `_${Date.now().toString(36)}`;
  readonly #databases = new Set<string>();
  #rows = 0;

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

  /** Waits until the instances' records and sockets stand still, and writes them down. */
  async look(...seats: Seat[]): Promise<void> {
    await this.pause(500);
    let before = "";
    for (let turn = 0; turn < 20; turn += 1) {
      const seen = await Promise.all(seats.map((seat) => this.#state(seat)));
      const now = JSON.stringify(this.#normalise(seen));
      if (now === before) break;
      before = now;
      await this.pause(250);
    }
    const states = JSON.parse(before) as unknown[];
    for (const [index, seat] of seats.entries()) this.notes.push({ step: `${seat} looks`, seen: states[index] });
  }

  async #state(seat: Seat) {
    const { answer } = await this.send(seat, allNodes);
    const { answer: status } = await this.send(seat, { operation: "cluster_status" });
    const nodes = answer as Body[];
    const { connections, ...rest } = status as { connections: Connection[] };
    return { nodes, status: { ...rest, connections: this.#relevant(nodes, connections) } };
  }

  /** Without databases of others, and without peers that earlier scripts removed and cluster_status keeps. */
  #relevant(nodes: readonly Body[], connections: readonly Connection[]): Connection[] {
    const seen = connections.filter(({ name }) => this.showRemoved || nodes.some((node) => node.name === name));
    return seen.map(({ database_sockets, ...rest }) => ({
      ...rest,
      database_sockets: database_sockets.filter(
        ({ database }) =>
          database === "system" || [...this.#databases].some((name) => database === name + this.#suffix),
      ),
    }));
  }

  /** Writes a row into each table at one instance; `expected` says into which tables of the other it must come. */
  async flow(from: Seat, to: Seat, database: string, expected: Record<string, boolean>): Promise<void> {
    this.#rows += 1;
    const id = `row-${from}-${this.#rows}-${Date.now()}`;
    const tables = Object.keys(expected);
    for (const table of tables) await this.send(from, { operation: "insert", database, table, records: [{ id }] });
    const arrived = async () => {
      const found: Record<string, boolean> = {};
      for (const table of tables) {
        const { answer } = await this.send(to, {
          operation: "search_by_id",
          database,
          table,
          ids: [id],
          get_attributes: ["id"],
        });
        found[table] = Array.isArray(answer) && answer.length === 1;
      }
      return found;
    };
    let found = await arrived();
    for (let turn = 0; turn < 40 && tables.some((table) => expected[table] && !found[table]); turn += 1) {
      await this.pause(100);
      found = await arrived();
    }
    await this.pause(250);
    this.notes.push({ step: `rows flow from ${from} to ${to} in ${database}`, seen: await arrived() });
  }

  /** Ends the processes, and waits for new ones. */
  async restart(...seats: Seat[]): Promise<void> {
    await Promise.all(
      seats.map(async (seat) => {
        const before = await this.#process(seat);
        await this.send(seat, { operation: "restart" });
        for (let turn = 0; turn < 200; turn += 1) {
          await this.pause(150);
          const now = await this.#process(seat).catch(() => undefined);
          if (now !== undefined && now !== before) return;
        }
        throw new Error(`${seat} did not come back`);
      }),
    );
  }

  /** Waits until the subscriber's socket to a database of the peer is open. */
  async connected(subscriber: Seat, peer: Seat, database: string): Promise<void> {
    const { address } = this.venue.places[peer];
    const name = database + this.#suffix;
    // A socket that is refused shows as connected for a moment.
    let steady = 0;
    for (let turn = 0; turn < 60 && steady < 4; turn += 1) {
      await this.pause(150);
      const { answer } = await this.send(subscriber, { operation: "cluster_status" });
      const connection = (answer as { connections: Connection[] }).connections.find((one) => one.name === address);
      const open = connection?.database_sockets.some((socket) => socket.database === name && socket.connected);
      steady = open ? steady + 1 : 0;
    }
    if (steady > 0) return;
    throw new Error(`${subscriber} did not connect to ${peer}`);
  }

  async #process(seat: Seat): Promise<unknown> {
    const { answer } = await this.send(seat, { operation: "system_information", attributes: ["harperdb_processes"] });
    return (answer as { harperdb_processes: { core: { pid: number }[] } }).harperdb_processes.core[0]?.pid;
  }

  /** By the instance's own clock. */
  async now(seat: Seat): Promise<number> {
    const { answer } = await this.send(seat, { operation: "system_information", attributes: ["time"] });
    return (answer as { time: { current: number } }).time.current;
  }

  async tables(database: string, names: readonly string[], seats: readonly Seat[] = ["a", "b", "c"]): Promise<void> {
    this.#databases.add(database);
    for (const table of names) {
      await Promise.all(
        seats.map((seat) => this.send(seat, { operation: "create_table", database, table, primary_key: "id" })),
      );
    }
  }

  /** Drops what the script made. */
  async clean(): Promise<void> {
    for (const seat of ["a", "b", "c"] as const) {
      await this.leaveAll(seat);
      await this.send(seat, { operation: "set_configuration", replication_routes: null });
    }
    for (const database of this.#databases) {
      for (const seat of ["a", "b", "c"] as const) await this.send(seat, { operation: "drop_database", database });
    }
  }

  /** Removes every record by its name, the own one last. */
  async leaveAll(seat: Seat): Promise<void> {
    const { answer } = await this.send(seat, allNodes);
    const names = (answer as { name: string }[]).map(({ name }) => name);
    const { address } = this.venue.places[seat];
    names.sort((x, y) => Number(x === address) - Number(y === address));
    for (const hostname of names) await this.send(seat, { operation: "remove_node", hostname });
  }

  pause(ms: number): Promise<void> {
    return sleep(ms * this.venue.pace);
  }

  note(step: string, seen: unknown): void {
    this.notes.push({ step, seen: this.#normalise(seen) });
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

  #normalise(value: unknown): unknown {
    let text = JSON.stringify(value).replaceAll(this.#suffix, "");
    for (const [seat, { address }] of Object.entries(this.venue.places)) {
      text = text.replaceAll(address, mark(seat as Seat));
    }
    return normalise(JSON.parse(text));
  }
}

const allNodes: Body = {
  operation: "search_by_value",
  database: "system",
  table: "hdb_nodes",
  attribute: "name",
  value: "*",
  get_attributes: ["*"],
};

const withoutLogin = ({ authorization, ...body }: Body) => body;

export interface Script {
  name: string;
  /** Wants real instances emptied and restarted: they spread and repeat old changes once they replicate fully. */
  fresh?: boolean;
  play(run: Run): Promise<void>;
}
