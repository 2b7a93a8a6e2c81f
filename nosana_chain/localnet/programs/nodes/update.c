/* update: a host describes its machine anew; the audit mark stays. */
#include "nodes/nodes.h"

INSTRUCTION(nodes_update,
    ACCOUNT(node, NodeAccount, HAS_ONE(authority, Unauthorized)),
    ACCOUNT(authority, Signer))
{
    return describe(node, (const Description *)args);
}
