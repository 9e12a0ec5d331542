/** What stops a command and is the user's to mend: shown as its message alone. */
export class Failure extends Error {
  override readonly name = "Failure";
}

/** The command was called wrongly. */
export class Misuse extends Failure {}
