/** How a state writes a secret: with its text where it was asked for, encrypted otherwise. */
export interface Secret {
  plaintext?: string;
  ciphertext?: string;
}

const mark = "4dabf18193072939515e22adb298388d";

export const isSecret = (value: unknown): value is Secret =>
  typeof value === "object" && value !== null && mark in value;

/** Whether a value holds a secret at any depth; `of` narrows which. */
export function holdsSecret(value: unknown, of: (secret: Secret) => boolean = () => true): boolean {
  if (isSecret(value)) return of(value);
  return typeof value === "object" && value !== null && Object.values(value).some((one) => holdsSecret(one, of));
}

/** One that nobody can read here. */
export const isEncrypted = ({ plaintext }: Secret): boolean => plaintext === undefined;
