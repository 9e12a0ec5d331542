import { type Process, type Role, roles } from "./proc.mts";

/** Of all processes of a role: the most memory at once, in bytes, and processor time in seconds. */
export interface Use {
  memory: number;
  /** Of the one that had most. */
  largest: number;
  cpu: number;
}
export type Usage = Partial<Record<Role, Use>>;

/** Adds up what is seen from time to time. */
export class UsageMeter {
  readonly #memory: Record<Role, number> = { engine: 0, program: 0, provider: 0 };
  readonly #largest: Record<Role, number> = { engine: 0, program: 0, provider: 0 };
  readonly #last = new Map<number, { process: Process; role: Role }>();

  see(tree: ReadonlyMap<Process, Role>): void {
    const now: Record<Role, number> = { engine: 0, program: 0, provider: 0 };
    for (const [process, found] of tree) {
      // What has ended and is not waited for has its times still, but neither its memory nor its command.
      const role = process.command === "" ? (this.#last.get(process.pid)?.role ?? found) : found;
      now[role] += process.peak;
      this.#largest[role] = Math.max(this.#largest[role], process.peak);
      this.#last.set(process.pid, { process, role });
    }
    for (const role of roles) this.#memory[role] = Math.max(this.#memory[role], now[role]);
  }

  usage(): Usage {
    const all = [...this.#last.values()];
    const found = roles.filter((role) => all.some((one) => one.role === role));
    return Object.fromEntries(
      found.map((role) => {
        const own = all
          .filter((one) => one.role === role)
          .map(({ process }) => process.cpu + this.#unseen(process, role));
        return [
          role,
          {
            memory: this.#memory[role],
            largest: this.#largest[role],
            cpu: round(own.reduce((sum, one) => sum + one, 0)),
          },
        ];
      }),
    );
  }

  /** A command that a provider runs may be over before anybody looks: its time is in what its parent has waited for. */
  #unseen({ pid, waitedCpu }: Process, role: Role): number {
    if (role !== "provider") return 0;
    const seen = [...this.#last.values()].filter(({ process }) => process.parent === pid);
    return Math.max(0, waitedCpu - seen.reduce((sum, { process }) => sum + process.cpu + process.waitedCpu, 0));
  }
}

const round = (seconds: number) => Math.round(seconds * 100) / 100;
