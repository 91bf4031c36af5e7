/* Verifies the proof of an account, with nothing of Mosaic but what is installed. Root and node by ethers. */
#include <base/hex.h>
#include <eth/state.h>
#include <stdio.h>

int main(void)
{
    mo_hash_t root;
    mo_address_t address;
    uint8_t memory[MO_STATE_NODE_BYTES_MAX];
    mo_buffer_t node = MO_BUFFER(memory);
    mo_account_t account;
    if (!mo_hex_decode_exact("0x8925181b153d1f6bab933c0274e30b2c93d93b124be5637dca5a8274ac87b7c7", MO_HEX_PREFIXED, root.bytes, 32) ||
        !mo_hex_decode_exact("0x5fbdb2315678afecb367f032d93f642f64180aa3", MO_HEX_PREFIXED, address.bytes, 20) ||
        !mo_hex_decode("0xf872a12044e659e60b21cc961f64ad47f20523c1d329d4bbda245ef3940a76dc89d0911bb84ef84c07"
                       "880de0b6b3a7640000a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421"
                       "a0c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
                       MO_HEX_PREFIXED, &node)) {
        return 2;
    }
    mo_bytes_t nodes[] = {mo_buffer_view(&node)};
    mo_state_verdict_t verdict = mo_state_account(&root, &address, (mo_state_nodes_t){nodes, 1}, &account, NULL);
    printf("%s nonce %u\n", mo_state_verdict_name(verdict), (unsigned)account.nonce);
    return verdict == MO_STATE_PRESENT && account.nonce == 7 ? 0 : 1;
}
