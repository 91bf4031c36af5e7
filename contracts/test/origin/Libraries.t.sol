// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ChainBlocks} from "../../src/lib/ChainBlocks.sol";
import {PublicKey} from "../../src/lib/PublicKey.sol";
import {Quorum} from "../../src/lib/Quorum.sol";
import {Seal} from "../../src/lib/Seal.sol";
import {Signatures} from "../../src/lib/Signatures.sol";
import {Base, Vm} from "../Base.sol";

/// @dev The quorum against a table and against the formula itself (section 2, interfaces 0.3).
contract QuorumTest is Base {
    function test_three_of_five_is_no_quorum_though_rounded_division_passes_it() public pure {
        // floor(2 * 5 / 3) = 3 let 3 of 5 through in an earlier implementation.
        assertFalse(Quorum.reached(3, 5));
        assertTrue(Quorum.reached(4, 5));
    }

    function test_an_empty_set_has_no_quorum() public pure {
        assertFalse(Quorum.reached(0, 0));
        assertFalse(Quorum.reached(1, 0));
    }

    function test_the_quorum_is_strictly_more_than_two_thirds_for_all_small_sets() public pure {
        for (uint256 total = 0; total <= 60; ++total) {
            for (uint256 weight = 0; weight <= 60; ++weight) {
                bool expected = weight <= total && 3 * weight > 2 * total;
                check(Quorum.reached(weight, total) == expected, "quorum");
            }
        }
    }

    function test_the_quorum_of_the_largest_total_does_not_overflow() public pure {
        uint256 most = type(uint256).max;
        assertTrue(Quorum.reached(most, most));
        assertTrue(Quorum.reached(most / 3 * 2 + 1, most));
        assertFalse(Quorum.reached(most / 3 * 2, most));
    }
}

contract Signer {
    function recover(bytes32 digest, bytes calldata signature) external pure returns (address) {
        return Signatures.recover(digest, signature);
    }
}

/// @dev 64-byte signatures (1.4).
contract SignaturesTest is Base {
    Signer private signer = new Signer();
    uint256 private constant KEY = 0xa11ce;
    bytes32 private constant DIGEST = keccak256("digest");
    uint256 private constant ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    function testFuzz_a_signature_recovers_its_signer(uint256 key, bytes32 digest) public view {
        key = bound(key, 1, ORDER - 1);
        assertEq(signer.recover(digest, sign(key, digest)), vm.addr(key));
    }

    function test_the_example_of_eip_2098_recovers_its_signer() public view {
        // Test case 2 of the EIP: yParity 1.
        bytes memory signature = abi.encodePacked(
            bytes32(0x9328da16089fcba9bececa81663203989f2df5fe1faa6291a45381c81bd17f76),
            bytes32(0x939c6d6b623b42da56557e5e734a43dc83345ddfadec52cbe24d0cc64f550793)
        );
        bytes32 digest = keccak256(bytes.concat("\x19Ethereum Signed Message:\n22", "It's a small(er) world"));
        assertEq(
            signer.recover(digest, signature),
            vm.addr(0x1234567890123456789012345678901234567890123456789012345678901234)
        );
    }

    function testFuzz_the_high_s_form_of_a_signature_is_nobodys_or_anothers(bytes32 digest) public pure {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, digest);
        bytes32 high = bytes32(ORDER - uint256(s));
        // ecrecover itself takes it, with the other parity.
        assertEq(ecrecover(digest, v ^ 7, r, high), vm.addr(KEY));
        check(Signatures.tryRecover(digest, r, high) != vm.addr(KEY), "parity 0");
        check(Signatures.tryRecover(digest, r, high | bytes32(uint256(1) << 255)) != vm.addr(KEY), "parity 1");
    }

    function test_s_is_low_up_to_half_the_order_and_no_further() public pure {
        (, bytes32 r,) = vm.sign(KEY, DIGEST);
        check(Signatures.tryRecover(DIGEST, r, bytes32(Signatures.HALF_ORDER)) != address(0), "half the order");
        bytes32 high = bytes32(Signatures.HALF_ORDER + 1);
        check(ecrecover(DIGEST, 27, r, high) != address(0), "ecrecover takes the high s");
        assertEq(Signatures.tryRecover(DIGEST, r, high), address(0));
    }

    function test_a_signature_that_recovers_nobody_is_refused() public {
        bytes memory nobody = new bytes(64);
        vm.expectRevert(abi.encodeWithSelector(Signatures.SignatureInvalid.selector, DIGEST));
        signer.recover(DIGEST, nobody);
    }

    function test_a_signature_of_another_length_is_refused() public {
        bytes memory signature = sign(KEY, DIGEST);
        vm.expectRevert(abi.encodeWithSelector(Signatures.SignatureLengthInvalid.selector, 65));
        signer.recover(DIGEST, bytes.concat(signature, hex"1b"));
        vm.expectRevert(abi.encodeWithSelector(Signatures.SignatureLengthInvalid.selector, 0));
        signer.recover(DIGEST, "");
    }
}

contract SealReader {
    function count(bytes calldata seal) external pure returns (uint256) {
        return Seal.count(seal);
    }

    function at(bytes calldata seal, uint256 position) external pure returns (uint32, bytes32, bytes32) {
        return Seal.at(seal, position);
    }
}

/// @dev The bytes of a seal (interfaces 0.2).
contract SealTest is Base {
    SealReader private reader = new SealReader();

    function test_records_are_read_at_their_places() public view {
        bytes memory first = abi.encodePacked(uint32(7), bytes32(uint256(1)), bytes32(uint256(2)));
        bytes memory second = abi.encodePacked(uint32(9), bytes32(uint256(3)), bytes32(~uint256(0)));
        bytes memory seal = bytes.concat(hex"00", first, second);
        assertEq(reader.count(seal), 2);
        (uint32 index, bytes32 r, bytes32 vs) = reader.at(seal, 0);
        assertEq(index, 7);
        assertEq(r, bytes32(uint256(1)));
        assertEq(vs, bytes32(uint256(2)));
        (index, r, vs) = reader.at(seal, 1);
        assertEq(index, 9);
        assertEq(r, bytes32(uint256(3)));
        assertEq(vs, bytes32(~uint256(0)));
    }

    function test_a_seal_of_any_other_length_is_refused() public {
        assertEq(reader.count(new bytes(1)), 0);
        for (uint256 length = 2; length < 69; ++length) {
            vm.expectRevert(abi.encodeWithSelector(Seal.SealLengthInvalid.selector, length));
            reader.count(new bytes(length));
        }
        vm.expectRevert(abi.encodeWithSelector(Seal.SealLengthInvalid.selector, 0));
        reader.count("");
    }

    function test_a_seal_of_more_than_1024_signers_is_refused() public {
        assertEq(reader.count(new bytes(1 + 68 * 1024)), 1024);
        vm.expectRevert(abi.encodeWithSelector(Seal.SealLengthInvalid.selector, 1 + 68 * 1025));
        reader.count(new bytes(1 + 68 * 1025));
    }

    function test_the_scheme_of_an_aggregate_is_refused() public {
        vm.expectRevert(abi.encodeWithSelector(Seal.SealSchemeUnknown.selector, 1));
        reader.count(bytes.concat(hex"01", new bytes(68)));
    }
}

/// @dev secp256k1's curve.
contract PublicKeyTest is Base {
    function test_a_key_is_on_the_curve_and_has_its_address() public {
        for (uint256 key = 1; key < 20; ++key) {
            Vm.Wallet memory wallet = vm.createWallet(key);
            assertTrue(PublicKey.onCurve(bytes32(wallet.publicKeyX), bytes32(wallet.publicKeyY)));
            assertEq(PublicKey.toAddress(bytes32(wallet.publicKeyX), bytes32(wallet.publicKeyY)), vm.addr(key));
        }
    }

    function test_a_point_beside_the_curve_is_refused() public {
        Vm.Wallet memory wallet = vm.createWallet(uint256(7));
        assertFalse(PublicKey.onCurve(bytes32(wallet.publicKeyX), bytes32(wallet.publicKeyY + 1)));
        assertFalse(PublicKey.onCurve(0, 0));
        assertFalse(PublicKey.onCurve(bytes32(uint256(1)), bytes32(uint256(1))));
    }

    function test_coordinates_that_are_not_reduced_are_refused() public pure {
        // y^2 = 1 + 7 has a root: (1, y) is on the curve; (1 + P, y) is the same point spelled otherwise.
        bytes32 y = 0x4218F20AE6C646B363DB68605822FB14264CA8D2587FDD6FBC750D587E76A7EE;
        assertTrue(PublicKey.onCurve(bytes32(uint256(1)), y));
        assertFalse(PublicKey.onCurve(bytes32(PublicKey.P + 1), y));
        assertFalse(PublicKey.onCurve(bytes32(uint256(1)), bytes32(type(uint256).max)));
    }
}

/// @dev The chain's own hashes (3.2).
contract ChainBlocksTest is Base {
    bytes private constant HISTORY_CODE =
        hex"3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257"
        hex"611fff81430311604257611fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500";

    function setUp() public {
        vm.roll(20_000);
        vm.etch(ChainBlocks.HISTORY, "");
    }

    function _remember(uint256 number, bytes32 hash) private {
        vm.store(ChainBlocks.HISTORY, bytes32(number % 8191), hash);
    }

    function test_the_known_code_hash_is_that_of_the_code_the_eip_prints() public pure {
        assertEq(keccak256(HISTORY_CODE), ChainBlocks.HISTORY_CODE_HASH);
    }

    function test_blockhash_reaches_256_blocks_back() public {
        vm.setBlockhash(19_744, bytes32(uint256(1)));
        vm.setBlockhash(19_999, bytes32(uint256(2)));
        assertEq(ChainBlocks.hashOf(19_744), bytes32(uint256(1)));
        assertEq(ChainBlocks.hashOf(19_999), bytes32(uint256(2)));
        assertEq(ChainBlocks.hashOf(19_743), 0);
    }

    function test_the_present_block_and_those_to_come_have_no_hash() public view {
        assertEq(ChainBlocks.hashOf(20_000), 0);
        assertEq(ChainBlocks.hashOf(20_001), 0);
        assertEq(ChainBlocks.hashOf(type(uint256).max), 0);
    }

    function test_the_history_contract_reaches_8191_blocks_back() public {
        vm.etch(ChainBlocks.HISTORY, HISTORY_CODE);
        _remember(19_743, bytes32(uint256(3)));
        _remember(11_809, bytes32(uint256(4)));
        assertEq(ChainBlocks.hashOf(19_743), bytes32(uint256(3)));
        assertEq(ChainBlocks.hashOf(11_809), bytes32(uint256(4)));
        // One further back the ring holds block 19,999, which has the same place.
        _remember(11_808, bytes32(uint256(5)));
        assertEq(ChainBlocks.hashOf(11_808), 0);
        // Not recorded since the fork.
        assertEq(ChainBlocks.hashOf(15_000), 0);
    }

    function test_other_code_at_the_history_address_is_not_believed() public {
        // PUSH1 1, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN: answers 1 to everything.
        vm.etch(ChainBlocks.HISTORY, hex"60015f5260205ff3");
        assertEq(ChainBlocks.hashOf(19_000), 0);
    }
}
