// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MosaicHash} from "../../src/lib/MosaicHash.sol";
import {Seal} from "../../src/lib/Seal.sol";
import {Kernel, MetaBlock, Transition, ValidatorUpdate, Vote} from "../../src/lib/Types.sol";
import {Base} from "../Base.sol";

/// @dev All that is signed or committed against constants that ethers made from the type strings of 1.3
/// (digests.mjs prints them): an earlier implementation called strings EIP-712 that were not.
contract DigestsTest is Base {
    address private constant CORE = 0x00000000000000000000000000000000C0DE0001;

    function _digest(bytes32 structHash) private pure returns (bytes32) {
        return MosaicHash.digest(MosaicHash.domain(1337, CORE), structHash);
    }

    function _word(uint8 byte_) private pure returns (bytes32 word) {
        for (uint256 i = 0; i < 32; ++i) {
            word = bytes32((uint256(word) << 8) | byte_);
        }
    }

    function _address(uint8 byte_) private pure returns (address) {
        return address(uint160(uint256(_word(byte_))));
    }

    function _kernel() private pure returns (Kernel memory kernel) {
        kernel.height = 11;
        kernel.parent = _word(0x99);
        kernel.gasTarget = 12;
        kernel.updates = new ValidatorUpdate[](2);
        kernel.updates[0] = ValidatorUpdate({validator: _address(0xaa), weight: 13, kind: 0});
        kernel.updates[1] = ValidatorUpdate({validator: _address(0xbb), weight: 0, kind: 2});
    }

    function test_the_domain_is_the_one_that_ethers_makes() public pure {
        assertEq(
            MosaicHash.domain(1337, CORE), 0x9ad447c092bfeb9bf5ed97f97b58779e400c9f48738e590e65398421d7d1c0e6
        );
    }

    function test_type_hashes_are_those_of_the_standard_encoding() public pure {
        assertEq(MosaicHash.VOTE_TYPEHASH, 0x70ffb5d74c6a1a4da247ab86dd06a98e3d53e830ebca4e1b2cb034b7fd0246dc);
        assertEq(MosaicHash.TRANSITION_TYPEHASH, 0xa81cdf8158810f7f82dd56fcaa2a1d5a688b4ec0e3d1b0ef0409622f51800aa1);
        assertEq(MosaicHash.UPDATE_TYPEHASH, 0xeb2fe7792ff64c8faa2e27aac942a6a73227fbc726241f16003516ce2e3f98f0);
        assertEq(MosaicHash.KERNEL_TYPEHASH, 0xadaa88bc22b69add4f85223c81b9d6944e941ebdbcb5b100df60e5f04faa049a);
        assertEq(MosaicHash.META_BLOCK_TYPEHASH, 0xa92b34d2f89f70ac235995ea8b76f453601729ff1e1783d9cda150e22ac5ecfe);
        assertEq(MosaicHash.DEPOSIT_TYPEHASH, 0x43ac29d19b43991808c1e9ebab1ca41bdbf1f4c829029a337d264af0862f0c93);
        assertEq(MosaicHash.LOGOUT_TYPEHASH, 0x29c4b1aafe8d657ea16aae68ddb6e02dbe1a2fc020bcd059536d9b532515c692);
    }

    function test_the_digest_of_a_vote_is_the_one_that_ethers_makes() public pure {
        Vote memory vote = Vote({
            chain: _word(0x11),
            transition: _word(0x22),
            source: _word(0x33),
            target: _word(0x44),
            sourceHeight: 5,
            targetHeight: 6
        });
        assertEq(MosaicHash.hash(vote), 0xdac04fbef1e3fba6d462aa8af5961a07c16fc28c02600e2ab3b2cf41ed9c22c7);
        assertEq(_digest(MosaicHash.hash(vote)), 0x1f81df0cfe57f5bc46b5812436d922424298180d82ded62563438d6b9a16d5e6);
    }

    function test_the_digest_of_a_transition_is_the_one_that_ethers_makes() public pure {
        Transition memory t = Transition({
            dynasty: 7,
            originNumber: 8,
            originHash: _word(0x55),
            transactionRoot: _word(0x66),
            gas: 9,
            kernel: _word(0x77)
        });
        assertEq(MosaicHash.hash(t), 0x4248c2a0ce81e8bbef1eccd7057e87fc1ff3eca7ec6db4d397494c6b8b104948);
    }

    function test_the_hash_of_a_kernel_is_the_one_that_ethers_makes() public pure {
        Kernel memory kernel = _kernel();
        assertEq(MosaicHash.hash(kernel), 0x441855d68b5060c8cbed6aa098fd8e2c0eed4b3176cdc444d5d8ea5497e46034);
        kernel.updates = new ValidatorUpdate[](0);
        assertEq(MosaicHash.hash(kernel), 0x6bce6c55194e27951cfaf3a0c91b98115808a20fa240c9d9ee0d28dd40e0b6cd);
    }

    function test_the_hash_of_an_update_is_the_one_that_ethers_makes() public pure {
        ValidatorUpdate memory update = ValidatorUpdate({validator: _address(0x88), weight: 10, kind: 1});
        assertEq(MosaicHash.hash(update), 0x8c4adc5d31eb8e636bf8f1fa5ea3b517eaa53d8effdc14a1283f0bc74dbf453b);
    }

    function test_the_hash_of_a_meta_block_is_the_one_that_ethers_makes() public pure {
        MetaBlock memory b = MetaBlock({kernel: _word(0xcc), transition: _word(0xdd), vote: _word(0xee)});
        assertEq(MosaicHash.hash(b), 0x9de6492c12921b6de574769e38a0ea5d9380831895d6bf65434b83202e9e0816);
    }

    function test_the_digests_of_deposit_and_logout_are_those_that_ethers_makes() public pure {
        assertEq(
            _digest(MosaicHash.depositHash(_address(0xa1), _address(0xa2), _address(0xa3))),
            0xeb5962ab15ac4a8c47ec62dd31c148aa173ece6c40c8e810a7acfe9bf89c03f8
        );
        assertEq(
            _digest(MosaicHash.logoutHash(_address(0xa4))),
            0x75e8203c797cd4a848501ad2c8a44f20c3678bab8b09dd8483d516c997034f16
        );
    }

    function test_the_roll_of_a_height_is_the_one_that_ethers_makes() public pure {
        assertEq(
            Seal.roll(3, 0, hex"0000000000000002000000ff"),
            0xd8e4c57703dd44ba6e9e0888524f12bb4d3bd714b7dd5e09d84549f713ec2abe
        );
        assertEq(Seal.roll(3, 0, ""), 0xe759d9bf89fd608bd5bb0f2fcb3173b7e1ef815d4446d52668ddf147d2f17400);
    }

    function test_origin_and_core_ids_are_bytes_12_and_20() public pure {
        assertEq(MosaicHash.originId(1), bytes32(bytes12(uint96(1))));
        assertEq(MosaicHash.originId((1 << 96) - 1), bytes32(bytes12(type(uint96).max)));
        assertEq(MosaicHash.coreId(1, CORE), bytes32(abi.encodePacked(uint96(1), CORE)));
    }
}
