/* audit: marks a description as checked, or takes the mark away. */
#include "nodes/nodes.h"

INSTRUCTION(nodes_audit,
    ACCOUNT(node, NodeAccount),
    ACCOUNT(authority, Signer, ADDRESS(AUTHORITY, Unauthorized)))
{
    node->audited = args->audited;
    return OK;
}
