// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BoxState} from "../../src/gateway/BoxState.sol";
import {BusHash} from "../../src/gateway/BusHash.sol";
import {Envelope} from "../../src/gateway/IMessageBus.sol";
import {Pair} from "./Pair.sol";
import {Entry, Trie} from "./Trie.sol";

/// @title A pair whose core halts or whose co-gateway freezes, and what is proven of the auxiliary chain then
/// @dev `keep` holds the storage of co-gateway and token at a committed state, as an archive does: proofs at Z are made from
/// it, whatever the auxiliary chain does later.
abstract contract RecoveryPair is Pair {
    Entry[] private keptAccounts;
    Entry[] private keptCoGateway;
    Entry[] private keptToken;
    bytes internal keptHeader;
    uint64 internal keptNumber;

    /// @dev Commits the auxiliary state of now and keeps all of it.
    function keep() internal returns (uint64 k) {
        k = commit();
        (keptNumber, keptHeader) = (k, lastHeader);
        copy(auxiliaryState(), keptAccounts);
        copy(storageOf(address(coGateway)), keptCoGateway);
        copy(storageOf(address(utility)), keptToken);
    }

    function copy(Entry[] memory from, Entry[] storage to) private {
        while (to.length > 0) {
            to.pop();
        }
        for (uint256 i = 0; i < from.length; ++i) {
            to.push(from[i]);
        }
    }

    function accountAtZ(address who) internal view returns (bytes[] memory) {
        return Trie.prove(keptAccounts, keccak256(abi.encodePacked(who)));
    }

    function slotAtZ(bytes32 slot) internal view returns (bytes[] memory) {
        return Trie.prove(keptCoGateway, keccak256(abi.encode(slot)));
    }

    /// @dev Fixes what was kept as the recovery root; the proof of the flag leads there or elsewhere.
    function fixRoot() internal {
        onOrigin();
        gateway.fixRecoveryRoot(
            keptNumber,
            keptHeader,
            accountAtZ(address(coGateway)),
            accountAtZ(address(utility)),
            slotAtZ(bytes32(uint256(1)))
        );
    }

    /// @dev Keeps the state of now, halts the core and fixes.
    function haltAndFix() internal {
        keep();
        core.halt();
        fixRoot();
    }

    /// @dev Deactivates the gateway, waits, freezes the pair.
    function freezePair() internal {
        deactivateGateway();
        vm.warp(block.timestamp + coGateway.DEACTIVATION_GRACE());
        uint64 number = prove(gateway);
        bytes[] memory proof = slotProof(address(gateway), bytes32(uint256(1)));
        onAuxiliary();
        coGateway.freeze(number, proof);
    }

    function deactivateGateway() internal {
        onOrigin();
        gateway.deactivate(sealOf(4, 4, 4, 4, gateway.deactivationDigest()));
    }

    /// @dev What the double of the registry reads as a seal: the four counts and the digest.
    function sealOf(uint8 forward, uint8 forwardTotal, uint8 rear, uint8 rearTotal, bytes32 digest)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodePacked(uint8(0), forward, forwardTotal, rear, rearTotal, digest);
    }

    function inboxAtZ(bytes32 id) internal view returns (bytes[] memory) {
        return slotAtZ(BusHash.slot(id, BoxState.INBOX_SLOT));
    }

    function outboxAtZ(bytes32 id) internal view returns (bytes[] memory) {
        return slotAtZ(BusHash.slot(id, BoxState.OUTBOX_SLOT));
    }

    function balanceSlot(address holder) internal view returns (bytes32) {
        return keccak256(abi.encode(holder, utility.ERC20_STORAGE()));
    }

    function balanceAtZ(address holder) internal view returns (bytes[] memory) {
        return Trie.prove(keptToken, keccak256(abi.encode(balanceSlot(holder))));
    }

    function recoverBalance(uint256 key, address recipient) internal {
        address holder = vm.addr(key);
        bytes memory signature = balanceSignature(key, holder, recipient);
        onOrigin();
        gateway.recoverBalance(holder, recipient, signature, balanceAtZ(holder));
    }

    function balanceSignature(uint256 key, address holder, address recipient) internal view returns (bytes memory) {
        return sign(key, gateway.recoveryDigest(0, bytes32(uint256(uint160(holder))), recipient));
    }

    function recoverRedeem(bytes32 id, Envelope memory e, address recipient) internal {
        bytes memory signature = sign(ALICE_KEY, gateway.recoveryDigest(2, id, recipient));
        onOrigin();
        gateway.recoverRedeem(e, recipient, signature, outboxAtZ(id));
    }

    function refundStake(bytes32 id, Envelope memory e) internal {
        onOrigin();
        gateway.refundStake(e, inboxAtZ(id));
    }

    /// @dev Declares the revocation as alice.
    function revoke(Envelope memory e) internal {
        bool stake = e.message.intent.token == token;
        if (stake) onOrigin();
        else onAuxiliary();
        vm.prank(alice);
        if (stake) gateway.declareRevocation(e, "");
        else coGateway.declareRevocation(e, "");
    }
}
