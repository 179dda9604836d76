/** Flags of a message type: they steer the receiving client; the server never looks at them (A7). */
export interface MessageTypeFlags {
  /** Kept in the receiver's local store. */
  readonly stored: boolean;
  /** Raises the receiver's unread number. */
  readonly counted: boolean;
}

const storedAndCounted =
  'TxtMsg ImgMsg GIFMsg VcMsg HQVCMsg ImgTextMsg FileMsg LBSMsg SightMsg ReferenceMsg CombineMsg StreamMsg PSImgTxtMsg PSMultiImgTxtMsg';
const storedOnly = 'ContactNtf ProfileNtf InfoNtf GrpNtf CmdNtf RcNtf DizNtf chrmKVNotiMsg';
const neither = 'CmdMsg TypSts ReadNtf RRReqMsg RRRspMsg SRSMsg RcCmd PSCmd';

const declare = (names: string, stored: boolean, counted: boolean) =>
  names.split(' ').map((name) => [`RC:${name}`, { stored, counted }] as const);

export const builtIns: ReadonlyMap<string, MessageTypeFlags> = new Map([
  ...declare(storedAndCounted, true, true),
  ...declare(storedOnly, true, false),
  ...declare(neither, false, false),
]);

/** Built in, too: all that a call is made of. */
export const callSignalling = /^RC:VC/;

/** The flags of a built-in type, or undefined when `objectName` is not built in. */
export function builtInType(objectName: string): MessageTypeFlags | undefined {
  return (
    builtIns.get(objectName) ??
    (callSignalling.test(objectName) ? { stored: false, counted: false } : undefined)
  );
}

/** All but those of call signalling. */
export const builtInNames: readonly string[] = [...builtIns.keys()];

/** Only RongCloud may name a type with this prefix (A1). */
export const reservedPrefix = 'RC:';
