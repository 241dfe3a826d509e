import contextpack from './index.cjs';

export const {
    Engine,
    Session,
    ContextPackError,
    open,
    build,
    version,
    constants,
    countTokens,
    countTokensAsync,
    encodeTokens,
    redact,
    listSettings,
    listTextSettings,
    names,
} = contextpack;
export default contextpack;
