/**
 * The words of one protocol, as types: what its messages, writes, answers and so on are. One type parameter instead of
 * six, for whatever is generic in protocols.
 *
 *     type RaftWords = {
 *       options: RaftOptions; message: RaftMessage; writes: RaftWrites;
 *       answer: NotLeader | Superseded; event: RoleChanged; input: Read | ChangeMembers; entry: RaftEntry;
 *     }
 */
export interface Vocabulary {
  /** What a core is made of: plain data. */
  options: object;
  /** What nodes say to each other. */
  message: unknown;
  /** What one `persist` makes durable. Immutable. */
  writes: unknown;
  /** Answers to refs beside `Applied` and `Unknown`. `never` where there are none. */
  answer: { readonly outcome: string };
  /** What users may want to know of: a change of role, a new view. `never` where there are none. */
  event: { readonly type: string };
  /** Inputs beside the common ones: a read, a change of membership. `never` where there are none. */
  input: { readonly type: string };
}
