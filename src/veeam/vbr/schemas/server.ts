// The backup server itself. Source: ServerTimeModel, ServerInfoModel, CertificateModel.
import Type, { type Static } from 'typebox';

export const serverTime = Type.Object({
  serverTime: Type.String(),
  timeZone: Type.Optional(Type.String()),
});
export type ServerTime = Static<typeof serverTime>;

export const serverInfo = Type.Object({
  vbrId: Type.String(),
  name: Type.String(),
  /** Such as `13.0.0.4967`. */
  buildVersion: Type.String(),
  patches: Type.Array(Type.String()),
  databaseVendor: Type.String(),
  sqlServerEdition: Type.String(),
  sqlServerVersion: Type.String(),
  databaseSchemaVersion: Type.String(),
  databaseContentVersion: Type.String(),
  /** From 1.3-rev0: `Linux` or `Windows`. */
  platform: Type.Optional(Type.String()),
});
export type ServerInfo = Static<typeof serverInfo>;

export const serverCertificate = Type.Object({
  /** SHA-1, as Windows shows it: no fingerprint to pin. */
  thumbprint: Type.String(),
  serialNumber: Type.String(),
  keyAlgorithm: Type.String(),
  keySize: Type.String(),
  subject: Type.String(),
  issuedTo: Type.String(),
  issuedBy: Type.String(),
  validFrom: Type.String(),
  validBy: Type.String(),
  /** From 1.3-rev0. */
  isTrusted: Type.Optional(Type.Boolean()),
});
export type ServerCertificate = Static<typeof serverCertificate>;
