/** What stops a command and is the user's to mend: shown as its message alone. */
export class Failure extends Error {
  override readonly name: string = "Failure";
  readonly exitCode: number = 1;
}

/** The command was called wrongly. */
export class Misuse extends Failure {
  override readonly exitCode = 2;
}

/** The command did what it is for, and what it found wants attention. */
export class Found extends Failure {
  override readonly exitCode = 3;
}

/** The cluster is not as it is declared: the exit code that others use for drift, too. */
export class Drifted extends Failure {
  override readonly exitCode = 2;
}
