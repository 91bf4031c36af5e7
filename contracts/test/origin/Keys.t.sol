// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ICore} from "../../src/origin/ICore.sol";
import {IOriginHistory} from "../../src/origin/IOriginHistory.sol";
import {IRegistry} from "../../src/origin/IRegistry.sol";
import {OriginFixture} from "./OriginFixture.sol";

/// @dev Earlier implementations let an owner's key write state roots. Here no contract has a function beside those of
/// its interface, and none of those asks who calls but the two that only the core may call.
contract KeysTest is OriginFixture {
    /// The exclusive or of all selectors that the code dispatches on, and their count. The compiler compares the
    /// selector with each function's by DUP1 PUSH4 selector EQ PUSH2 target JUMPI.
    function _dispatched(address target) private view returns (bytes4 selectors, uint256 count) {
        bytes memory code = target.code;
        for (uint256 i = 0; i + 11 <= code.length; ++i) {
            bool compares = code[i] == 0x80 && code[i + 1] == 0x63 && code[i + 6] == 0x14 && code[i + 7] == 0x61
                && code[i + 10] == 0x57;
            if (!compares) continue;
            selectors ^= bytes4(abi.encodePacked(code[i + 2], code[i + 3], code[i + 4], code[i + 5]));
            ++count;
        }
    }

    function _same(address target, bytes4 interfaceId, uint256 functions) private view {
        (bytes4 selectors, uint256 count) = _dispatched(target);
        assertEq(count, functions, "functions");
        assertEq(bytes32(selectors), bytes32(interfaceId), "selectors");
    }

    function test_no_owner_key_writes_a_root_for_there_is_no_function_beside_the_interfaces() public view {
        _same(address(core), type(ICore).interfaceId, 36);
        _same(address(registry), type(IRegistry).interfaceId, 41);
        _same(address(history), type(IOriginHistory).interfaceId, 5);
    }

    function test_neither_deployer_nor_proposer_has_a_way_around_the_quorum() public {
        _open(4);
        Ready memory ready = _sealedNext();
        bytes memory seal = _seal(ready.link, _first(2));
        vm.expectRevert(abi.encodeWithSelector(ICore.QuorumMissing.selector, 200, 400, 200, 400));
        core.commit(ready.t, ready.statedHeight, ready.link, seal);
        vm.expectRevert(abi.encodeWithSelector(ICore.SourceNotKept.selector, 1, 1));
        core.source(1);
    }
}
