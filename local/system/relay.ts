/** A child process that can be told something. */
export type Told = { tell(message: unknown): void };

/** Passes on what one child says to all others of the circle; a child that is started again takes its name's place. */
export function createRelay() {
  const members = new Map<string, Told>();
  return {
    join(name: string, member: Told): void {
      members.set(name, member);
    },
    passOn(from: string, message: unknown): void {
      for (const [name, member] of members) if (name !== from) member.tell(message);
    },
  };
}
