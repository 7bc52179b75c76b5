// Ids by order of use: the default ones are hashes that cover the path of this checkout, and the build must be reproducible.
module.exports = { optimization: { moduleIds: 'natural', chunkIds: 'natural' } };
