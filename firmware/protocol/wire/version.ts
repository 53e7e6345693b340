/**
 * Version of the contract; the second level of every topic.
 *
 * A field may be added without raising it: decoders ignore what they do not know. Removing or
 * changing one raises it, needs a decision record, and the old fixtures stay and keep decoding.
 */
export const CONTRACT_VERSION = 1;
