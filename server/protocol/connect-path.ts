/** Where clients connect (B5.1). */
export const connectPath = '/connect';
