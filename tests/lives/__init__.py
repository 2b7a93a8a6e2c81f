"""Lives of several calls on LiteSVM: who does what, with the model held beside every call."""
