/** The node that has joined through a broker. */
export interface BrokerListener {
  /** A text for this node or for all, this node's own texts to all included. */
  onText(text: string): void;
  /** The others can be reached from now on; called after joining, too. */
  onUp(): void;
  /** The others cannot be reached until `onUp`. */
  onDown(): void;
}

/**
 * The only seam between this node and the others: it carries texts and knows which nodes are there. It stores nothing:
 * what cannot be sent now fails now and is never sent later.
 *
 * Texts of one node arrive in its order. Texts to all arrive in the same order at all nodes, the sender included.
 */
export interface Broker {
  /** Resolves when texts can be sent and received. @throws when that is impossible */
  join(node: string, listener: BrokerListener): Promise<void>;
  /** Sends to all, this node included; resolves to their number. @throws when they cannot be reached */
  toAll(text: string): Promise<number>;
  /** Sends to one node, which may have gone. @throws as above */
  toOne(node: string, text: string): Promise<void>;
  /** Which of these have joined and are alive as far as the system knows. @throws as above */
  present(nodes: readonly string[]): Promise<ReadonlySet<string>>;
  /** Leaves. Nothing is received any more. */
  close(): Promise<void>;
}
