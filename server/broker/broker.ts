/** What a broker tells the node that has joined by it. */
export interface BrokerListener {
  /** A text for this node, or for all; also one of this node's own that it sent to all. */
  onText(text: string): void;
  /** The others can be reached from now on; called at the first time, too. */
  onUp(): void;
  /** The others cannot be reached any more, until `onUp`. */
  onDown(): void;
}

/**
 * The one seam between this node and the others: carries texts, and knows who is there. It keeps nothing. What cannot
 * be sent now fails now, and is never sent later.
 *
 * What one node sends arrives in its order. What is sent to all arrives in one order at all nodes, its sender among
 * them.
 */
export interface Broker {
  /** Resolves when texts can be sent and come in. @throws when that cannot be */
  join(node: string, listener: BrokerListener): Promise<void>;
  /** Sends to all, this node too; resolves to how many that were. @throws when they cannot be reached */
  toAll(text: string): Promise<number>;
  /** Sends to one, who may be there no longer. @throws as above */
  toOne(node: string, text: string): Promise<void>;
  /** Which of these are there: joined, and their process alive as far as the system knows. @throws as above */
  present(nodes: readonly string[]): Promise<ReadonlySet<string>>;
  /** Leaves. Nothing comes in any more. */
  close(): Promise<void>;
}
